"""RFC 5256 §2.1: base subjects, in French too."""

import time

import pytest

from services.mail.domain.mime.base_subject import base_subject


@pytest.mark.parametrize(
    "subject",
    [
        "Conseil de classe",
        "Re: Conseil de classe",
        "RE : Conseil de classe",
        "RE\u00a0: Conseil de classe",
        "Ré: Conseil de classe",
        "Rép : Conseil de classe",
        "Réf : Conseil de classe",
        "TR : Conseil de classe",
        "Tr: RE: TR : Conseil de classe",
        "Fwd: Conseil de classe",
        "Fw: Conseil   de\tclasse",
        "Re[2]: Conseil de classe",
        "Re^3: Conseil de classe",
        "AW: WG: Conseil de classe",
        "[profs-6e] Re: Conseil de classe",
        "Re: [profs-6e] Conseil de classe",
        "[Fwd: Conseil de classe]",
        "Conseil de classe (fwd)",
        "re: conseil DE classe",
    ],
)
def test_what_stands_around_a_subject_is_taken_off(subject: str) -> None:
    assert base_subject(subject).text == "conseil de classe"


def test_a_reply_is_told_from_a_first_message() -> None:
    assert base_subject("TR : bilan").is_reply
    assert base_subject("bilan (fwd)").is_reply
    assert not base_subject("[profs] bilan").is_reply
    assert not base_subject("Rendez-vous : bilan").is_reply


@pytest.mark.parametrize("subject", ["", None, "Re:", "RE : TR :", "  "])
def test_nothing_left_is_empty(subject: str | None) -> None:
    assert base_subject(subject).text == ""


def test_a_subject_that_is_only_a_list_name_stays() -> None:
    assert base_subject("[profs-6e]").text == "[profs-6e]"


def test_words_that_begin_like_a_marker_stay() -> None:
    assert base_subject("Retard : bus").text == "retard : bus"
    assert base_subject("Transport: bus").text == "transport: bus"


@pytest.mark.parametrize("bomb", ["Re:" * 50_000, "[" * 100_000, "[a]" * 50_000, " (fwd)" * 20_000, "[fwd:" * 20_000])
def test_subject_bombs_take_no_time(bomb: str) -> None:
    started = time.process_time()
    base_subject(bomb)
    assert time.process_time() - started < 0.2
