"""The bounds before the sanitiser, each against the input that it is for."""

import time

import pytest

from services.mail.domain.html.bounds import HtmlBoundsError, can_inline_styles, check_bounds


@pytest.mark.parametrize(
    ("html", "bound"),
    [
        ("x" * 1_000_001, "size"),
        ("&a" * 500_000, "ampersands"),
        ("<div>" * 100_000, "depth"),
        ("<div><span></b>" * 2_000, "depth"),
        ("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">", "attributes"),
        ("<p " + " ".join(f"a{n}" for n in range(300)) + ">", "attributes"),
        ("<p>" * 60_000, "tags"),
        ("<" * 900_000, "tags"),
        ("<p>" + "".join(f"<font a={n}>" for n in range(900)) + "</p>" + "<p>x</p>" * 1_000, "formatting"),
    ],
)
def test_each_bound_is_named(html: str, bound: str) -> None:
    started = time.process_time()
    with pytest.raises(HtmlBoundsError, match=bound):
        check_bounds(html)
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    "html",
    [
        "<p>Bonjour</p>",
        "<table><tr><td><table><tr><td>" * 40 + "x",
        "<div>" * 500 + "</div>" * 500,
        "<p>x" * 10_000,
        "<b>x</b>" * 10_000,
        '<p title="' + "<div>" * 2_000 + '">x</p>',
        "<!--" + "<div>" * 2_000 + "-->",
        "&nbsp;" * 100_000,
    ],
)
def test_what_people_send_is_within_bounds(html: str) -> None:
    check_bounds(html)


def test_sheets_too_large_for_their_page_are_not_applied() -> None:
    assert can_inline_styles("<style>" + "p{color:red}" * 1_000 + "</style>" + "<p>x</p>" * 1_000)
    assert not can_inline_styles("<style>" + "p{color:red}" * 10_000 + "</style>" + "<p>x</p>" * 1_000)
    assert not can_inline_styles("<style>" + "p{}" * 110_000 + "</style>")
