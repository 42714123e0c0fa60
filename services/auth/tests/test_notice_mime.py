"""The form of the mails."""

import email
from email.message import EmailMessage
from email.policy import default

from contracts.auth import Agent
from services.auth.adapters.notice_mime import mime
from services.auth.domain.notice import NoticeKind
from services.auth.domain.notice_text import NoticeText, Wording

WORDING = Wording("Académie de Montpellier", "https://messagerie.example", 15, 48, 24)
AGENT = Agent(
    account_id="a",
    address="zoe.fictif@ac-montpellier.example",
    given_name="Zoé <b>",
    family_name="Fictif & fils",
    category="direction",
    uai="0340042X",
    departement="Gard",
)
TOKEN = "t" * 43


def parsed(text: NoticeText) -> EmailMessage:
    raw = mime(text, "ne-pas-repondre@ac-montpellier.example", "Messagerie", "zoe@exemple.fr")
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.count(b"\n") == raw.count(b"\r\n")
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def bodies(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_each_kind_is_well_formed_and_says_the_same_twice() -> None:
    for kind in NoticeKind:
        text = WORDING.of(kind, AGENT, "zfictif", TOKEN if kind.holds_link else "")
        message = parsed(text)
        assert message["Subject"] == text.subject
        assert message["To"] == "zoe@exemple.fr"
        assert message["From"] == "Messagerie <ne-pas-repondre@ac-montpellier.example>"
        assert message["Content-Language"] == "fr"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Message-ID"].endswith("@ac-montpellier.example>")
        assert message["Date"].datetime.tzinfo is not None
        assert message.get_content_type() == "multipart/alternative"
        plain, html = bodies(message)
        assert bool(text.link) == kind.holds_link
        assert (TOKEN in plain, TOKEN in html) == (kind.holds_link, kind.holds_link)
        for paragraph in (*text.before, *text.after):
            assert paragraph in plain


def test_nothing_is_fetched_when_it_is_read() -> None:
    _, html = bodies(parsed(WORDING.of(NoticeKind.RESET_LINK, AGENT, "zfictif", TOKEN)))
    assert "<img" not in html
    assert "src=" not in html
    assert "style" not in html
    assert html.count("https://") == 2, "the link, as an address and as its text"


def test_names_are_text_and_never_markup() -> None:
    _, html = bodies(parsed(WORDING.of(NoticeKind.PASSWORD_CHANGED, AGENT, "zfictif", "")))
    assert "Zoé &lt;b&gt; Fictif &amp; fils" in html


def test_a_message_id_tells_nothing_of_the_link() -> None:
    message = parsed(WORDING.of(NoticeKind.RESET_LINK, AGENT, "zfictif", TOKEN))
    assert TOKEN not in "".join(value for _, value in message.items())
