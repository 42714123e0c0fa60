"""RFC 8621 §4.1.2: the parsed forms of header fields."""

import time

import pytest

from services.mail.domain.mime import header_forms


def emails(octets: bytes) -> list[tuple[str | None, str]]:
    return [(address.name, address.email) for address in header_forms.as_addresses(octets)]


def test_raw_keeps_folding_and_leading_space_4_1_2_1() -> None:
    assert header_forms.as_raw(b" a\r\n\tb") == " a\r\n\tb"


def test_raw_replaces_what_is_not_utf_8_and_drops_nul_4_1_2_1() -> None:
    assert header_forms.as_raw(b" caf\xe9 \x00\xc3\xa9") == " caf\ufffd \u00e9"


def test_text_unfolds_decodes_and_normalises_4_1_2_2() -> None:
    assert header_forms.as_text(b" =?utf-8?q?R=C3=A9union?=\r\n =?utf-8?b?IGUxIGXMgQ==?= fin") == "Réunion e1 é fin"


def test_text_of_undeclared_latin_1_is_readable() -> None:
    assert header_forms.as_text(b" Emploi du temps \x97 \xe9l\xe8ves") == "Emploi du temps — élèves"


def test_text_drops_control_characters_even_encoded_4_1_2_2() -> None:
    assert header_forms.as_text(b" a=?utf-8?q?=00=0D=0Ab?=") == "ab"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"Jean Dupont <j@x.example>", [("Jean Dupont", "j@x.example")]),
        (b"j@x.example", [(None, "j@x.example")]),
        (b"<j@x.example>", [(None, "j@x.example")]),
        (b"j@x.example (Jean (le grand) Dupont)", [("Jean (le grand) Dupont", "j@x.example")]),
        (b'"Dupont, Jean" <j@x.example>, k@x.example', [("Dupont, Jean", "j@x.example"), (None, "k@x.example")]),
        (b'"a \\"b\\" c" <j@x.example>', [('a "b" c', "j@x.example")]),
        (b"=?iso-8859-1?q?H=E9l=E8ne?= <h@x.example>", [("Hélène", "h@x.example")]),
        (b'"=?utf-8?q?H=C3=A9l=C3=A8ne?=" <h@x.example>', [("Hélène", "h@x.example")]),
        (b"Jean <@relay.example,@b.example:j@x.example>", [("Jean", "j@x.example")]),
        (b"Jean <j@x.example", [("Jean", "j@x.example")]),
        (b"Jean <j@x.example, Marie <m@x.example>", [("Jean", "j@x.example"), ("Marie", "m@x.example")]),
        (b"a@x.example; b@x.example", [(None, "a@x.example"), (None, "b@x.example")]),
        (b"Jean Dupont j@x.example", [("Jean Dupont", "j@x.example")]),
        (b'"j@x.example"', [(None, "j@x.example")]),
        (b'"Jean D."@x.example', [(None, '"Jean D."@x.example')]),
        (b"user @ x.example", [(None, "user@x.example")]),
        (b"not an address", [(None, "not an address")]),
        (b",, ,", []),
        (b"", []),
        (b"Fam. O'Neil <o@x.example>,", [("Fam. O'Neil", "o@x.example")]),
        (b"Jos\xe9 <j@x.example>", [("José", "j@x.example")]),
        (b"\x00Jean <j@x.example>", [("Jean", "j@x.example")]),
        (b"unclosed ( comment <j@x.example>", [("unclosed ( comment", "j@x.example")]),
    ],
)
def test_addresses_are_read_as_well_as_can_be_4_1_2_3(written: bytes, read: list[tuple[str | None, str]]) -> None:
    assert emails(written) == read


def test_groups_are_kept_or_dissolved_4_1_2_4() -> None:
    octets = b"a@x.example, Coll\xc3\xa8gues: Jean <j@x.example>, m@x.example;, z@x.example"
    groups = [group.model_dump() for group in header_forms.as_grouped_addresses(octets)]
    assert groups == [
        {"name": None, "addresses": [{"name": None, "email": "a@x.example"}]},
        {
            "name": "Collègues",
            "addresses": [{"name": "Jean", "email": "j@x.example"}, {"name": None, "email": "m@x.example"}],
        },
        {"name": None, "addresses": [{"name": None, "email": "z@x.example"}]},
    ]
    assert [email for _, email in emails(octets)] == ["a@x.example", "j@x.example", "m@x.example", "z@x.example"]


def test_an_empty_group_has_a_name_and_nobody_4_1_2_4() -> None:
    assert emails(b"undisclosed-recipients:;") == []
    assert header_forms.as_grouped_addresses(b"undisclosed-recipients:;")[0].name == "undisclosed-recipients"


def test_message_ids_lose_brackets_comments_and_folding_4_1_2_5() -> None:
    assert header_forms.as_message_ids(b" <a@x>\r\n <b@x> (c) <d @x>") == ["a@x", "b@x", "d@x"]
    assert header_forms.as_message_ids(b" Your message of <e@x>") == ["e@x"]
    assert header_forms.as_message_ids(b" nothing here") is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b" Mon, 23 Nov 2026 10:00:00 +0100", "2026-11-23T10:00:00+01:00"),
        (b" 23 Nov 2026 10:00 GMT", "2026-11-23T10:00:00Z"),
        (b" Wed, 21 Aug 2002 20:31:57 -1600", "2002-08-21T20:31:57-16:00"),
        (b" Wed, 21 Aug 02 20:31:60 +0000 (UTC)", "2002-08-21T20:31:59Z"),
        (b" Wed, 21 Aug 2002 20:31:57 +9959", "2002-08-21T20:31:57Z"),
        (b" yesterday", None),
        (b"", None),
        (b" " + b"9" * 5_000, None),
        (b" 99 Nov 2026 10:00:00 +0100", None),
    ],
)
def test_dates_keep_their_zone_4_1_2_6(written: bytes, read: str | None) -> None:
    assert header_forms.as_date(written) == read


def test_urls_stand_in_angle_brackets_4_1_2_7() -> None:
    octets = b" <https://l.example/u?\r\n x=1>, (or) <mailto:u@l.example>"
    assert header_forms.as_urls(octets) == ["https://l.example/u?x=1", "mailto:u@l.example"]
    assert header_forms.as_urls(b" https://l.example") is None


@pytest.mark.parametrize(
    "bomb",
    [
        b"(" * 250_000,
        b"(\\" * 125_000,
        b'"' * 250_000,
        b'"\\' * 125_000,
        b'("' * 125_000,
        b"<" * 250_000,
        b"<@a," * 60_000,
        b"a:" * 125_000,
        b"a;" * 125_000,
        b"[" * 250_000,
        b"a@b," * 60_000,
        b" " * 250_000,
        b"=?utf-8?q?" * 25_000,
        b"=?utf-8?q?a?= " * 17_000,
        b"=?" * 125_000,
        b"=?a?b?=?" * 30_000,
    ],
)
def test_header_bombs_take_linear_time(bomb: bytes) -> None:
    started = time.process_time()
    header_forms.as_addresses(bomb)
    header_forms.as_text(bomb)
    header_forms.as_message_ids(bomb)
    header_forms.as_urls(bomb)
    header_forms.as_date(bomb)
    assert time.process_time() - started < 2.0
