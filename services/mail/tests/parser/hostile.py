"""Messages made to break a reader: each name says how. None is real mail."""

from __future__ import annotations

import base64
from collections.abc import Callable

MB = 1_000_000


def html(body: str) -> bytes:
    return b"Subject: h\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()


def mixed(body: bytes, boundary: bytes = b"b") -> bytes:
    return b"Subject: m\r\nContent-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n" + body


def plain(body: bytes, charset: str = "utf-8", encoding: str = "8bit") -> bytes:
    head = f"Subject: p\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + body


def nested_multiparts(depth: int) -> bytes:
    pieces = (b'Content-Type: multipart/mixed; boundary="n%d"\r\n\r\n--n%d\r\n' % (n, n) for n in range(depth))
    return b"".join(pieces) + b"\r\ndeep\r\n"


def nested_messages(depth: int) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: deep\r\n\r\ndeep\r\n"


CASES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "one line end": lambda: b"\r\n",
    "no header": lambda: b"just text\r\n" * 100,
    "no body": lambda: b"Subject: only",
    "nul everywhere": lambda: b"Sub\x00ject: a\x00b\r\nTo: \x00\r\n\r\n" + b"\x00" * MB,
    "binary noise": lambda: bytes(range(256)) * 4_000,
    "bare carriage returns": lambda: b"Subject: a\rTo: b\r\r\rbody" + b"\r" * MB,
    "one line of 20 MB": lambda: b"Subject: a\r\n\r\n" + b"x" * (20 * MB),
    "25 MB of base64": lambda: (
        b"Content-Transfer-Encoding: base64\r\nContent-Type: application/pdf\r\n\r\n"
        + base64.encodebytes(b"\x00\xff" * (9 * MB))
    ),
    "25 MB of quoted-printable": lambda: plain(b"=C3=A9=\r\n" * (2 * MB), encoding="quoted-printable"),
    "nested multiparts": lambda: nested_multiparts(10_000),
    "nested messages": lambda: nested_messages(20_000),
    "nested messages within bounds": lambda: nested_messages(25),
    "10,000 parts": lambda: mixed(b"--b\r\n\r\nx\r\n" * 10_000),
    "million delimiters": lambda: mixed(b"--b\n" * MB),
    "delimiters in one line": lambda: mixed(b"--b" * (5 * MB)),
    "10,000 long-named parts": lambda: mixed(
        (b"--b\r\nContent-Disposition: attachment; filename=" + b"n" * 900 + b"\r\n\r\nx\r\n") * 10_000
    ),
    "multipart of itself": lambda: mixed(b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 5_000),
    "boundaries that begin alike": lambda: mixed(
        b"".join(
            b"--" + b"b" * n + b"\r\nContent-Type: multipart/mixed; boundary=" + b"b" * (n + 1) + b"\r\n\r\n"
            for n in range(1, 200)
        )
    ),
    "boundary of 60 kB": lambda: mixed(b"--" + b"x" * 60_000 + b"\r\n\r\ny\r\n", b"x" * 60_000),
    "empty boundary": lambda: mixed(b"--\r\n\r\nx\r\n" * 10_000, b'""'),
    "base64 of junk": lambda: plain(b"!@#$%^&*()" * 200_000, encoding="base64"),
    "base64 of padding": lambda: plain(b"QQ==" * 500_000, encoding="base64"),
    "base64 one digit short": lambda: plain(b"A" * 999_997, encoding="base64"),
    "quoted-printable of equal signs": lambda: plain(b"=" * MB, encoding="quoted-printable"),
    "quoted-printable of spaced breaks": lambda: plain(b"= \t" * 400_000, encoding="quoted-printable"),
    "unknown charset": lambda: plain(b"\xe9\xff" * 100_000, "x-mars"),
    "charset that is a codec": lambda: plain(b"\\x41" * 100_000, "unicode_escape"),
    "charset punycode": lambda: plain(b"-" + b"a9z" * 200_000, "punycode"),
    "charset idna": lambda: plain(b"xn--" * 100_000, "idna"),
    "lying utf-8": lambda: plain(b"\xff\xfe\xfd" * 300_000),
    "utf-7 to surrogates": lambda: plain(b"+2ADYAA-" * 100_000, "utf-7"),
    "broken utf-16": lambda: plain(b"\x00\xd8" * 300_000, "utf-16"),
    "broken iso-2022-jp": lambda: plain(b"\x1b$B\xff" * 200_000, "iso-2022-jp"),
    "100,000 header fields": lambda: b"X: y\r\n" * 100_000 + b"\r\nbody",
    "header of 10 MB": lambda: b"Subject: " + b"a" * (10 * MB) + b"\r\n\r\nbody",
    "header folded 80,000 times": lambda: b"Subject: a\r\n" + b" b\r\n" * 80_000 + b"\r\nbody",
    "encoded-word bomb": lambda: b"Subject: " + b"=?utf-8?q?=C3=A9?= " * 13_000 + b"\r\n\r\n",
    "encoded words never closed": lambda: b"Subject: " + b"=?utf-8?q?" * 25_000 + b"\r\n\r\n",
    "encoded words of unknown charsets": lambda: (
        b"Subject: " + b" ".join(b"=?x-%d?b?QUJD?=" % n for n in range(12_000)) + b"\r\n\r\n"
    ),
    "comment bomb in To": lambda: b"To: " + b"(" * 250_000 + b"\r\n\r\n",
    "quote bomb in To": lambda: b'To: "\\' + b'"\\' * 120_000 + b"\r\n\r\n",
    "20,000 recipients": lambda: b"To: " + b", ".join(b"u%d@x.example" % n for n in range(15_000)) + b"\r\n\r\n",
    "groups within groups": lambda: b"To: " + b"g:" * 120_000 + b"\r\n\r\n",
    "routes without end": lambda: b"To: <" + b"@a," * 80_000 + b"\r\n\r\n",
    "date of digits": lambda: b"Date: " + b"9" * 200_000 + b"\r\n\r\n",
    "60,000 references": lambda: b"References: " + b"<a@b>" * 50_000 + b"\r\n\r\n",
    "Re: bomb": lambda: b"Subject: " + b"Re: " * 60_000 + b"\r\n\r\n",
    "parameter bomb": lambda: b"Content-Type: text/plain" + b";a*0*=''%41" * 20_000 + b"\r\n\r\nx",
    "parameter continued out of order": lambda: (
        b"Content-Type: text/plain" + b"".join(b";name*%d=x" % n for n in range(9_999, 0, -1)) + b"\r\n\r\nx"
    ),
    "file name with a path and a turn": lambda: (
        b'Content-Type: application/x; name="../../\xe2\x80\xaefdp.exe"\r\n\r\nx'
    ),
    "million times &a": lambda: html("&a" * MB),
    "half a million &a": lambda: html("&a" * (MB // 2)),
    "200,000 ampersands": lambda: html("& " * 199_999),
    "100,000 nested div": lambda: html("<div>" * 100_000),
    "1,000 nested tables": lambda: html("<table><tr><td>" * 1_000),
    "100,000 attributes": lambda: html("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x"),
    "options without end": lambda: html("<select>" + "<option>" * 120_000),
    "formatting never closed": lambda: html("<p>" + "<b><i><u>" * 330 + "</p>" + "<p>x</p>" * 600),
    "200 fonts in 900 paragraphs": lambda: html(
        "<p>" + "".join(f"<font size={n}>" for n in range(200)) + "</p>" + "<p>x</p>" * 900
    ),
    "tags never closed": lambda: html("<" * MB),
    "comments never closed": lambda: html("<!--" * 240_000),
    "style never closed": lambda: html("<style>" * 140_000),
    "huge style sheet": lambda: html("<style>" + "p{color:red}" * 24_000 + "</style>" + "<p>x</p>" * 400),
    "slow selectors": lambda: html(
        "<style>" + (":not(" * 40 + "p" + ")" * 40 + "{color:red}") * 900 + "</style>" + "<div><p>x</p></div>" * 900
    ),
    "deep selectors": lambda: html(
        "<style>" + ("div " * 300 + "p{color:red}") * 80 + "</style>" + "<div>" * 400 + "<p>"
    ),
    "20,000 different styles": lambda: html(
        "".join(f'<p style="color:#{n:06x};margin:{n}px">x' for n in range(20_000))
    ),
    "style attribute of 900 kB": lambda: html('<p style="' + "color:red;" * 90_000 + '">x'),
    "nested CSS functions": lambda: html('<p style="color:' + "rgb(" * 900 + '">x'),
    "nested CSS functions in a sheet": lambda: html("<style>p{color:" + "a(" * 60_000 + "}</style><p>x"),
    "nested CSS blocks in a sheet": lambda: html("<style>" + "@media x{" * 30_000 + "</style><p>x"),
    "javascript in every spelling": lambda: html(
        "".join(
            f'<a href="{address}">x</a>'
            for address in (
                "javascript:alert(1)",
                "JaVaScRiPt:alert(1)",
                "java\tscript:alert(1)",
                "java&#10;script:alert(1)",
                "&#106;&#97;vascript:alert(1)",
                "&#x6A;avascript:alert(1)",
                "\x01javascript:alert(1)",
                "javascript&colon;alert(1)",
                "vbscript:x",
                "data:text/html;base64,PHNjcmlwdD4=",
                "feed:javascript:alert(1)",
            )
        )
    ),
    "svg, math and mutation": lambda: html(
        "<svg><style><a title='</style><img src=x onerror=alert(1)>'></svg>"
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>"
    ),
    "refresh, base, forms and frames": lambda: html(
        '<meta http-equiv=refresh content="0;url=http://x.example"><base href="http://x.example"><form action="http://x">'
        '<input autofocus onfocus=alert(1)></form><iframe srcdoc="&lt;script&gt;"></iframe><object data=x></object>'
    ),
    "CSS that leaves its place": lambda: html(
        '<style>body{background:url(http://t.example)}@import "http://t.example";p{position:fixed;inset:0;z-index:9}'
        '</style><p style="width:expression(alert(1));behavior:url(x);background:\\75rl(http://t.example)">x'
    ),
    "html in utf-7": lambda: b"Content-Type: text/html; charset=utf-7\r\n\r\n+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "html in utf-16 with a mark": lambda: (
        b"Content-Type: text/html\r\n\r\n" + "\ufeff<script>alert(1)</script>ok".encode("utf-16-le")
    ),
    "5,000 html parts": lambda: mixed(b"--b\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n" * 5_000),
    "60 html parts of 300 kB": lambda: mixed(
        (b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<p>x</p>" * 37_000 + b"\r\n") * 60
    ),
}
