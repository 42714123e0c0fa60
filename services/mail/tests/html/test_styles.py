"""Inline CSS: what lays out text stays, what loads, moves or computes goes."""

import pytest

from services.mail.domain.html.styles import STYLE_MAX, filter_style


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color: red", "color:red"),
        ("COLOR:#FF0000 !important", "color:#FF0000!important"),
        ("font: bold 12px/1.5 'Times New Roman', serif", 'font:bold 12px/1.5 "Times New Roman", serif'),
        ("color:rgb(1, 2, 3);background-color:rgba(0,0,0,.5)", "color:rgb(1, 2, 3);background-color:rgba(0,0,0,.5)"),
        ("color:hsl(120deg 50% 50% / 20%)", "color:hsl(120deg 50% 50% / 20%)"),
        ("margin:0 0 1em;margin-top:-3px", "margin:0 0 1em"),
        ("width:calc(100% - 2px);width:50%", "width:50%"),
        ("background:url(x.png) no-repeat #fff", "background:no-repeat #fff"),
        ("background-image:url(x.png)", ""),
        ("display:none", "display:none"),
        ("display:flex", ""),
        ("position:absolute;top:0;z-index:3", ""),
        ("color:var(--a)", ""),
        ("color:attr(title)", ""),
        ("color:rgb(calc(1),2,3)", ""),
        ("color:red;;;;{}", "color:red"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_declarations(style: str, kept: str) -> None:
    assert filter_style(style).style == kept


def test_addresses_are_reported() -> None:
    assert filter_style("background:url('http://t.example/a') red").images == ("http://t.example/a",)


def test_a_style_too_long_is_left_out() -> None:
    assert filter_style("color:red;" * STYLE_MAX).style == ""
