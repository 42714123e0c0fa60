"""HTML as plain text."""

import time

import pytest

from services.mail.domain.html.text import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un</p><p>Deux</p>", "Un\n\nDeux"),
        ("a<br>b<div>c</div>d", "a\nb\nc\nd"),
        ("<ul><li>un<li>deux</ul>", "• un\n• deux"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("caf&eacute;&nbsp;&lt;ici&gt; &#8364; &#x20AC;", "café <ici> € €"),
        ("<style>p{}</style><script>if (a<b) x</script>ok<!-- no --><title>no</title>", "ok"),
        ('<img src=x alt="Logo"> fin', "Logo fin"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("a\n\n  b", "a b"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<a href='x>y'>lien</a>", "lien"),
        ("zero\u200bwidth\u00ad", "zerowidth"),
        ("&#99999999999999999999;", "\ufffd"),
        ("<script>never closed", ""),
        ("", ""),
    ],
)
def test_blocks_are_lines(html: str, text: str) -> None:
    lines = [line.strip() for line in html_to_text(html).replace("  ", " ").split("\n")]
    assert "\n".join(lines) == text


@pytest.mark.parametrize(
    "html",
    [
        "<" * 1_000_000,
        "&a" * 500_000,
        "&#" + "9" * 900_000,
        "<div>" * 200_000,
        "<!--" * 250_000,
        "<p " + "a=1 " * 250_000,
        "<p a='" * 150_000,
        "<script>" * 120_000,
        "</" * 500_000,
        "<p a=" * 200_000,
        " " * 1_000_000,
        "<p>" * 330_000,
    ],
)
def test_text_takes_linear_time(html: str) -> None:
    started = time.process_time()
    html_to_text(html)
    assert time.process_time() - started < 2.0
