"""Messages made to break a reader: each name says how. None is real mail."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial

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


def typed(content_type: str, body: bytes, more: str = "") -> bytes:
    return f"Subject: t\r\nContent-Type: {content_type}\r\n{more}\r\n".encode() + body


def multipart(kind: str, *parts: bytes) -> bytes:
    """With the boundary "b", and text before the parts for those who know no MIME."""
    inner = b"".join(b"\r\n--b\r\n" + part for part in parts)
    return typed(f"multipart/{kind}; boundary=b", b"MIME." + inner + b"\r\n--b--\r\n")


def part(content_type: str, body: bytes = b"x", more: str = "") -> bytes:
    return f"Content-Type: {content_type}\r\n{more}\r\n".encode() + body


def nested_messages(depth: int) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: deep\r\n\r\ndeep\r\n"


def never_closed(opening: str) -> bytes:
    return html(f"<p>avant</p>{opening}" + "<i>x</i>" * 20_000)


OPENINGS = {
    "comment": "<!--",
    "comment of two dashes": "<!-",
    "CDATA": "<![CDATA[",
    "declaration": "<!DOCTYPE",
    "question": "<?xml",
    "script": "<script>",
    "sheet": "<style>",
    "title": "<title>",
    "textarea": "<textarea>",
    "noscript": "<noscript>",
    "svg": "<svg>",
    "math": "<math>",
    "template": "<template>",
    "select": "<select>",
    "plaintext": "<plaintext>",
    "xmp": "<xmp>",
    "iframe": "<iframe>",
    "noembed": "<noembed>",
    "frameset": "<frameset>",
    "attribute": "<p title='",
    "table": "<table>",
    "foreign object": "<svg><foreignObject>",
    "annotation": "<math><annotation-xml>",
}

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
    "100,000 ampersands": lambda: html("& " * 99_999),
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
    # Boundaries
    "multipart without a boundary": lambda: typed("multipart/mixed", b"--b\r\n\r\nx\r\n--b--\r\n"),
    "boundary of 10 kB": lambda: mixed(
        b"--" + b"x" * 10_000 + b"\r\n\r\ny\r\n--" + b"x" * 10_000 + b"--", b"x" * 10_000
    ),
    "two boundaries in one field": lambda: typed(
        "multipart/mixed; boundary=a; boundary=b", b"--a\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--a--\r\n--b--"
    ),
    "two content types": lambda: (
        b"Content-Type: multipart/mixed; boundary=a\r\nContent-Type: text/html\r\n\r\n--a\r\n\r\n<p>x</p>\r\n--a--"
    ),
    "outer boundary closed inside the inner": lambda: mixed(
        b"--b\r\n" + part("multipart/mixed; boundary=c", b"--c\r\n\r\none\r\n--b--\r\n--c\r\n\r\ntwo\r\n--c--")
    ),
    "closed before it opens": lambda: mixed(b"--b--\r\n--b\r\n\r\nhidden\r\n--b--"),
    "boundary of signs": lambda: mixed(b"--.*+?[(\\\r\n\r\nx\r\n--.*+?[(\\--", b'".*+?[(\\\\"'),
    "boundary in 8 bits": lambda: mixed(b"--\xe9\r\n\r\nx\r\n--\xe9--", b"\xe9"),
    "boundary under RFC 2231": lambda: typed(
        "multipart/mixed; boundary*0*=us-ascii''%62; boundary*1=b", b"--bb\r\n\r\nx\r\n--bb--"
    ),
    "encoded multipart": lambda: typed(
        "multipart/mixed; boundary=b",
        base64.encodebytes(b"--b\r\n\r\nx\r\n--b--"),
        "Content-Transfer-Encoding: base64\r\n",
    ),
    "digest of 2,000 messages": lambda: multipart("digest", *[b"\r\nSubject: d\r\n\r\nx"] * 2_000),
    "500 alternatives": lambda: multipart("alternative", *[part("text/plain"), part("text/html", b"<b>x</b>")] * 250),
    # Header blocks
    "only header fields": lambda: b"From: a@x.example\r\nSubject: only\r\n",
    "only a dot": lambda: b".\r\n",
    "only dots": lambda: b"..\r\n.\r\n...\r\n",
    "field without a colon": lambda: b"Subject a\r\nTo: b@x.example\r\n\r\nbody\r\n",
    "continuation at the very start": lambda: b" folded\r\n\tmore\r\nSubject: a\r\n\r\nbody\r\n",
    "100,000 Received": lambda: b"Received: from a by b; Mon, 23 Nov 2026 10:00:00 +0100\r\n" * 100_000 + b"\r\nbody",
    "100,000 addresses": lambda: b"To: " + b",\r\n ".join(b"u%d@x.example" % n for n in range(100_000)) + b"\r\n\r\nx",
    "10,000 groups": lambda: b"To: " + b" ".join(b"g%d: a@x.example;" % n for n in range(10_000)) + b"\r\n\r\nx",
    "fields in 8 bits": lambda: b"Subject: \xe9t\xe9\r\nFrom: \xc3\xa9 <\xff@\xfe>\r\nX-\xe9: a\r\n\r\nbody",
    "fields of every octet": lambda: b"Subject: " + bytes(set(range(256)) - {10, 13}) + b"\r\n\r\nbody",
    "lone line feeds": lambda: b"Subject: a\nTo: b@x.example\n\nbody\n.\nend\n" * 5,
    "year 99999": lambda: b"Date: Mon, 23 Nov 99999 10:00:00 +9999\r\n\r\nx",
    "year 0 and a zone of days": lambda: b"Date: Mon, 00 Foo 0000 99:99:99 -99999\r\n\r\nx",
    "answers to itself": lambda: (
        b"Message-ID: <a@x>\r\nIn-Reply-To: <a@x>\r\nReferences: " + b"<a@x> " * 2_000 + b"\r\n\r\nx"
    ),
    "types that are none": lambda: multipart(
        "mixed",
        *(part(name) for name in ("/", "text", "multipart/", "text/html/x", '"text/html"', "é/è", "*/*", "," * 999)),
    ),
    "content type of 200 kB": lambda: typed("text/plain; " + "x=y; " * 40_000, b"x"),
    "encoded words in encoded words": lambda: (
        b"Subject: =?utf-8?b?"
        + base64.b64encode(b"=?utf-8?b?" + base64.b64encode(b"x" * 30_000) + b"?=")
        + b"?=\r\n\r\n"
    ),
    "RFC 2231 with a number of 30 digits": lambda: typed(f"text/plain; name*{'9' * 30}*=utf-8''x; name*0=a", b"x"),
    "RFC 2231 with charsets that lie": lambda: typed("text/plain; name*=utf-16'fr'%FF%FE%00%D8; charset*=x'y'z", b"x"),
    "file names that lie": lambda: multipart(
        "mixed",
        *(
            part("application/octet-stream", b"x", f'Content-Disposition: attachment; filename="{name}"\r\n')
            for name in (
                "",
                ".",
                "..",
                "/etc/passwd",
                "C:\\\\x",
                "a\x00b",
                "a\tb",
                "facture\u202efdp.exe",
                "CON",
                "n" * 50_000,
            )
        ),
    ),
    # Charsets
    "charset with a name of 16 kB": lambda: plain(b"\xe9", "x" * 16_000),
    "iso-2022-jp that only shifts": lambda: plain(b"\x1b$B\x1b(B" * 150_000, "iso-2022-jp"),
    "iso-2022-kr that only shifts": lambda: plain(b"\x0e\x0f" * 400_000, "iso-2022-kr"),
    "iso-2022 hides a tag": lambda: (
        b"Content-Type: text/html; charset=iso-2022-jp\r\n\r\n"
        b"\x1b$B<script>alert(1)</script>\x1b(B<img src=x onerror=alert(1)>"
    ),
    "hz that never closes": lambda: plain(b"~{" * 400_000, "hz-gb-2312"),
    "utf-7 of plus signs": lambda: plain(b"+" * 900_000, "utf-7"),
    "utf-32 of rubbish": lambda: plain(b"\xff\xff\xff\x7f" * 200_000, "utf-32"),
    "gb18030 cut in its middle": lambda: plain(b"\x81\x30\x81" * 300_000, "gb18030"),
    "direction turned 100,000 times": lambda: plain("\u202e\u2066x".encode() * 100_000),
    "zero width between letters": lambda: plain("a\u200b\u200d\ufeff".encode() * 100_000),
    # Kinds of parts
    "message/rfc822 in base64": lambda: typed(
        "message/rfc822", base64.encodebytes(b"Subject: in\r\n\r\nx"), "Content-Transfer-Encoding: base64\r\n"
    ),
    "message/partial": lambda: typed("message/partial; id=a; number=1; total=2", b"Subject: half\r\n\r\nx"),
    "message/external-body": lambda: typed(
        'message/external-body; access-type=URL; URL="http://t.example/x"', b"Content-Type: text/html\r\n\r\n<p>x"
    ),
    "delivery report": lambda: multipart(
        "report; report-type=delivery-status",
        part("text/plain"),
        part("message/delivery-status", b"Reporting-MTA: dns; x\r\n\r\nAction: failed"),
        part("text/rfc822-headers", b"Subject: lost"),
    ),
    "winmail.dat": lambda: multipart(
        "mixed",
        part("text/plain"),
        part(
            "application/ms-tnef; name=winmail.dat",
            base64.encodebytes(b"\x78\x9f\x3e\x22" + bytes(5_000)),
            "Content-Transfer-Encoding: base64\r\n",
        ),
    ),
    "uuencode inline": lambda: plain(b"begin 644 a.exe\r\n" + b"M" + b"A" * 60 + b"\r\n" * 20_000 + b"`\r\nend\r\n"),
    "yEnc inline": lambda: plain(
        b"=ybegin line=128 size=400000 name=a.bin\r\n"
        + bytes(set(range(256)) - {0, 10, 13, 61}) * 1_500
        + b"\r\n=yend size=400000\r\n"
    ),
    "signed with PGP": lambda: multipart(
        'signed; protocol="application/pgp-signature"',
        part("text/plain"),
        part("application/pgp-signature", b"-----BEGIN"),
    ),
    "encrypted with PGP": lambda: multipart(
        'encrypted; protocol="application/pgp-encrypted"',
        part("application/pgp-encrypted", b"Version: 1"),
        part("application/octet-stream", b"-----BEGIN PGP MESSAGE-----"),
    ),
    "signed with S/MIME": lambda: multipart(
        'signed; protocol="application/pkcs7-signature"',
        part("text/html", b"<p>x</p>"),
        part("application/pkcs7-signature; name=smime.p7s", b"MIIB", "Content-Transfer-Encoding: base64\r\n"),
    ),
    "encrypted with S/MIME": lambda: typed(
        "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
        base64.encodebytes(bytes(20_000)),
        "Content-Transfer-Encoding: base64\r\n",
    ),
    "invitation": lambda: multipart(
        "alternative",
        part("text/plain"),
        part("text/html", b"<p>x</p>"),
        part("text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR"),
    ),
    "calendar of 5 MB": lambda: typed("text/calendar", b"BEGIN:VCALENDAR\r\n" + b"X-A:METHOD:\r\n" * 380_000),
    # HTML that never ends
    **{f"{name} never closed": partial(never_closed, opening) for name, opening in OPENINGS.items()},
    "scripts never closed": lambda: html("<script>" * 120_000),
    "titles never closed": lambda: html("<title>" * 120_000),
    "CDATA never closed": lambda: html("<svg>" + "<![CDATA[" * 100_000),
    "900 nested svg": lambda: html("<svg>" * 900 + "x"),
    "900 nested math": lambda: html("<math><mtext>" * 450 + "x"),
    "900 nested templates": lambda: html("<template>" * 900 + "x"),
    "40,000 links in links": lambda: html("<a href='http://x.example'>" * 40_000),
    "links within tables": lambda: html("<table>" + "<a href='http://x.example'><tr><td>" * 300 + "x"),
    "text that tables throw out": lambda: html("<table>" + "x<b>" * 900),
    "formatting across paragraphs": lambda: html("<b><p>" * 400 + "</b>" * 400),
    "headings in headings": lambda: html("<h1>" * 900 + "x"),
    "lists in lists": lambda: html("<ul><li>" * 900 + "x"),
    "quotations in quotations": lambda: html("<blockquote>" * 900 + "x"),
    "entities without end": lambda: html("&#x" * 99_999),
    "entity of 900,000 digits": lambda: html("&#" + "9" * 900_000 + ";"),
    "attribute of 900 kB": lambda: html("<p title='" + "x" * 900_000 + "'>x</p>"),
    "the same attribute 199 times on 2,000 tags": lambda: html(("<p" + " a=b" * 199 + ">x") * 1_200),
    "5,000 pictures of elsewhere": lambda: html("".join(f'<img src="http://t.example/{n}">' for n in range(5_000))),
    "5,000 pictures of the message": lambda: html("".join(f'<img src="cid:{n}@x">' for n in range(5_000))),
    "picture of 900 kB in the page": lambda: html('<img src="data:image/png;base64,' + "A" * 900_000 + '">'),
    "page of one word": lambda: html("x" * 999_000),
    "page of line breaks": lambda: html("<br>" * 49_999),
    "page 10 million wide": lambda: html('<div style="width:9999999px;height:9999999px;font-size:9999px">x</div>' * 50),
    "quoted lines": lambda: plain(b"> x\r\ny\r\n" * 60_000),
    "words of points": lambda: plain(b"a." * 250_000 + b"\r\n" + b"\r\n" * 200_000 + b"x"),
    "100,000 addresses of the web": lambda: plain(b"http://x.example/ " * 28_000),
    # Sheets
    "comments in a style": lambda: html('<p style="' + "/*" * 1_900 + '">x</p>'),
    "comments never closed in a sheet": lambda: html("<style>" + "/*" * 100_000 + "</style><p>x"),
    "strings never closed in a sheet": lambda: html("<style>p{content:" + '"\\' * 90_000 + "</style><p>x"),
    "escapes in a sheet": lambda: html("<style>" + "\\70 {color:red}" * 15_000 + "</style>" + "<p>x</p>" * 200),
    "attribute selectors": lambda: html(
        "<style>"
        + "".join(f"[a^='{n}'] ~ [b*='x'] > *{{color:red}}" for n in range(4_000))
        + "</style>"
        + "<p a=b>x</p>" * 300
    ),
    "has, is and where": lambda: html(
        "<style>" + ":is(:where(:has(*,p),p),*) p{color:red}" * 2_000 + "</style>" + "<p>x" * 300
    ),
    "sheets that import": lambda: html("<style>" + "@import url(http://t.example/a.css);" * 8_000 + "</style><p>x"),
    "font faces and ranges": lambda: html(
        "<style>" + "@font-face{font-family:a;src:url(http://t.example/f);unicode-range:U+41}" * 3_000 + "</style><p>x"
    ),
    "key frames": lambda: html(
        "<style>" + "@keyframes a{0%{left:0}to{left:9px}}" * 6_000 + "p{animation:a 1ms infinite}</style><p>x"
    ),
    "2,000 sheets": lambda: html("<style>p{color:red}</style>" * 2_000 + "<p>x"),
    "variables of variables": lambda: html(
        '<p style="' + ";".join(f"--v{n}:var(--v{n - 1})var(--v{n - 1})" for n in range(1, 90)) + ';color:var(--v89)">x'
    ),
}
