"""A day's work by jmapc, run by the Python that has it: `jmapc_day.py host:port`, and on standard input a JSON array of
two agents' [address, password]. Ends with 0 when every step did what RFC 8620 and 8621 say."""

import functools
import json
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from jmapc import (
    Address,
    Client,
    Comparator,
    Email,
    EmailAddress,
    EmailBodyPart,
    EmailBodyValue,
    EmailHeader,
    EmailQueryFilterCondition,
    EmailQueryFilterOperator,
    EmailSubmission,
    Envelope,
    Mailbox,
    MailboxQueryFilterCondition,
    Operator,
    Ref,
    errors,
)
from jmapc.client import EventSourceConfig
from jmapc.methods import (
    CoreEcho,
    CustomMethod,
    EmailChanges,
    EmailGet,
    EmailQuery,
    EmailQueryChanges,
    EmailSet,
    EmailSubmissionGet,
    EmailSubmissionQuery,
    EmailSubmissionSet,
    IdentityChanges,
    IdentityGet,
    IdentitySet,
    MailboxChanges,
    MailboxGet,
    MailboxQuery,
    MailboxSet,
    SearchSnippetGet,
    ThreadChanges,
    ThreadGet,
)
from jmapc.session import Session

SECONDS = 30.0
MAIL, BLOB = "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:blob"
FILE = b"Nom;Note\r\nZo\xc3\xa9;18\r\n" * 400
T = TypeVar("T")


class PlainClient(Client):  # type: ignore[misc]
    """jmapc speaks https only; the test's server has no certificate."""

    @functools.cached_property
    def jmap_session(self) -> Any:
        answer = self.requests_session.get(f"http://{self._host}/.well-known/jmap", timeout=SECONDS)
        answer.raise_for_status()
        return Session.from_dict(answer.json())


class Agent:
    def __init__(self, host: str, address: str, password: str) -> None:
        config = EventSourceConfig(types="*", closeafter="no", ping=5)
        self.client = PlainClient.create_with_password(host, address, password, event_source_config=config)
        self.address = address
        self.events: queue.Queue[Any] = queue.Queue()
        self.boxes = self._mailboxes()
        threading.Thread(target=self._listen, daemon=True).start()

    def __call__(self, *methods: Any) -> Any:
        """The response, or all of several; errors are raised."""
        if len(methods) == 1:
            return self.client.request(methods[0], raise_errors=True)
        return [one.response for one in self.client.request(list(methods), raise_errors=True)]

    def custom(self, name: str, using: str, **arguments: Any) -> Any:
        method = CustomMethod(data={"accountId": self.client.account_id} | arguments)
        method.jmap_method, method.using = name, {using}
        return self(method).data

    def _mailboxes(self) -> dict[str, str]:
        """Mail hears of a new account within seconds."""
        got = until(lambda: self._or_none(MailboxGet(ids=None)))
        return {box.role: box.id for box in got.data if box.role}

    def _or_none(self, method: Any) -> Any:
        answer = self.client.request(method)
        return None if isinstance(answer, errors.Error) else answer

    def _listen(self) -> None:
        for event in self.client.events:
            self.events.put(event)

    def told_of(self, data_type: str) -> str:
        """The next state of that type that the event source tells."""
        end = time.monotonic() + SECONDS
        while True:
            event = self.events.get(timeout=max(0.01, end - time.monotonic()))
            state = getattr(event.data.changed.get(self.client.account_id), data_type, None)
            if state is not None:
                return str(state)

    def email(self, id_: str, *properties: str) -> Any:
        (email,) = self(EmailGet(ids=[id_], properties=list(properties))).data
        return email


def until(ask: Callable[[], T | None]) -> T:
    end = time.monotonic() + SECONDS
    while (answer := ask()) is None:
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)
    return answer


def work(host: str, zoe: Agent, hugo: Agent) -> None:
    look_around(zoe)
    folder = make_folders(zoe)
    draft = write(zoe, hugo)
    send(zoe, hugo, draft)
    received = read(zoe, draft)
    answer(hugo, zoe)
    follow_the_thread(zoe, received)
    search(zoe, received)
    file_away(zoe, received, folder)
    look_into_blobs(zoe, received)
    sign(zoe)
    clean_up(zoe, received, folder)


def look_around(agent: Agent) -> None:
    session = agent.client.jmap_session
    assert session.username == agent.address
    assert {MAIL, "urn:ietf:params:jmap:submission"} <= session.capabilities.urns
    assert session.capabilities.core.max_objects_in_get >= 500
    assert agent(CoreEcho(data={"bonjour": [1, None]})).data == {"bonjour": [1, None]}
    assert {"inbox", "drafts", "sent", "trash", "junk"} <= agent.boxes.keys()
    inbox = agent(MailboxQuery(filter=MailboxQueryFilterCondition(role="inbox")))
    assert inbox.ids == [agent.boxes["inbox"]]


def make_folders(agent: Agent) -> str:
    """Returns the inner one."""
    create = {"b": Mailbox(name="6e B", parent_id="#p"), "p": Mailbox(name="Projets", is_subscribed=True)}
    made = agent(MailboxSet(create=create))
    outer, inner = made.created["p"].id, made.created["b"].id
    (box,) = agent(MailboxGet(ids=[inner])).data
    assert (box.name, box.parent_id, box.total_emails) == ("6e B", outer, 0)
    agent(MailboxSet(update={inner: {"name": "6e B (2026)"}}))
    changes = agent(MailboxChanges(since_state=made.old_state))
    assert set(changes.created) == {outer, inner}
    refused = agent(MailboxSet(create={"again": Mailbox(name="Projets")})).not_created["again"]
    assert (refused.type, refused.properties) == ("invalidProperties", ["name"])
    return str(inner)


def write(agent: Agent, to: Agent) -> str:
    """A draft with a file; then another one, which is thrown away."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(FILE)
        file.flush()
        blob = agent.client.upload_blob(file.name)
    assert (blob.size, blob.type) == (len(FILE), "text/csv")
    email = Email(
        mailbox_ids={agent.boxes["drafts"]: True},
        keywords={"$draft": True, "$seen": True},
        mail_from=[EmailAddress(name="Zoé", email=agent.address)],
        to=[EmailAddress(email=to.address)],
        cc=[EmailAddress(email=agent.address)],
        subject="Notes du troisième trimestre",
        headers=[EmailHeader(name="X-Salle", value=" B12")],
        text_body=[EmailBodyPart(part_id="t", type="text/plain")],
        html_body=[EmailBodyPart(part_id="h", type="text/html")],
        body_values={
            "t": EmailBodyValue(value="Bonjour,\nvoici les notes des élèves.\n"),
            "h": EmailBodyValue(value="<p>Bonjour,<br>voici les notes des élèves.</p>"),
        },
        attachments=[EmailBodyPart(blob_id=blob.id, type="text/csv", name="notes du trimestre.csv")],
    )
    made = agent(EmailSet(create={"d": email, "e": Email(mailbox_ids={agent.boxes["drafts"]: True}, subject="Rien")}))
    assert made.created["d"].size > len(FILE)
    state = agent(EmailGet(ids=[])).state
    thrown = agent(EmailSet(if_in_state=state, destroy=[made.created["e"].id, "e999999"]))
    assert (thrown.destroyed, thrown.not_destroyed["e999999"].type) == ([made.created["e"].id], "notFound")
    mismatch = agent.client.request(EmailSet(if_in_state=state, destroy=[]))
    assert (isinstance(mismatch, errors.Error), mismatch.type) == (True, "stateMismatch")
    return str(made.created["d"].id)


def send(agent: Agent, to: Agent, draft: str) -> None:
    """RFC 8621 §7.5: the draft becomes what was sent by the same call."""
    (identity,) = agent(IdentityGet()).data
    assert (identity.email, identity.may_delete) == (agent.address, False)
    submission = EmailSubmission(
        email_id=draft,
        identity_id=identity.id,
        envelope=Envelope(
            mail_from=Address(email=agent.address), rcpt_to=[Address(email=to.address), Address(email=agent.address)]
        ),
    )
    sent = {
        f"mailboxIds/{agent.boxes['drafts']}": None,
        f"mailboxIds/{agent.boxes['sent']}": True,
        "keywords/$draft": None,
    }
    submitted, updated = agent(EmailSubmissionSet(create={"s": submission}, on_success_update_email={"#s": sent}))
    assert updated.updated == {draft: None}
    got = agent(EmailSubmissionGet(ids=[submitted.created["s"].id])).data[0]
    assert set(got.delivery_status) == {to.address, agent.address}
    assert agent(EmailSubmissionQuery()).ids == [got.id]
    email = agent.email(draft, "mailboxIds", "keywords")
    assert (email.mailbox_ids, email.keywords) == ({agent.boxes["sent"]: True}, {"$seen": True})


def read(agent: Agent, sent: str) -> str:
    """Told by the event source; returns the email in the inbox."""
    agent.told_of("email_delivery")
    condition = EmailQueryFilterCondition(in_mailbox=agent.boxes["inbox"])
    sort = [Comparator(property="receivedAt", is_ascending=False)]
    asked = EmailQuery(filter=condition, sort=sort, limit=10, calculate_total=True)
    query, got = until(lambda: arrived(agent, asked))
    assert (query.position, query.total) == (0, 1)
    (email,) = got.data
    assert (email.subject, email.mail_from[0].name) == ("Notes du troisième trimestre", "Zoé")
    assert email.body_values[email.text_body[0].part_id].value.splitlines() == [
        "Bonjour,", "voici les notes des élèves.",
    ]  # fmt: skip
    assert "les notes" in email.body_values[email.html_body[0].part_id].value
    assert (email.has_attachment, email.keywords, email.bcc) == (True, {}, None)
    (attachment,) = email.attachments
    assert attachment.name == "notes du trimestre.csv"
    with tempfile.TemporaryDirectory() as folder:
        agent.client.download_attachment(attachment, Path(folder, "notes.csv"))
        assert Path(folder, "notes.csv").read_bytes() == FILE
    assert email.id != sent
    return str(email.id)


def arrived(agent: Agent, asked: Any) -> Any:
    get = EmailGet(ids=Ref("/ids"), fetch_text_body_values=True, fetch_html_body_values=True)
    query, got = agent(asked, get)
    return (query, got) if query.ids else None


def answer(agent: Agent, to: Agent) -> None:
    agent.told_of("email_delivery")
    unseen = EmailQueryFilterOperator(
        operator=Operator.AND,
        conditions=[
            EmailQueryFilterCondition(in_mailbox=agent.boxes["inbox"]),
            EmailQueryFilterCondition(not_keyword="$seen"),
        ],
    )
    query, got = until(lambda: arrived(agent, EmailQuery(filter=unseen)))
    (email,) = got.data
    reply = Email(
        mailbox_ids={agent.boxes["sent"]: True},
        keywords={"$seen": True},
        mail_from=[EmailAddress(email=agent.address)],
        to=[EmailAddress(email=to.address)],
        subject="Re: " + email.subject,
        in_reply_to=email.message_id,
        references=email.message_id,
        body_values={"t": EmailBodyValue(value="Merci, bien reçu.")},
        text_body=[EmailBodyPart(part_id="t", type="text/plain")],
    )
    (identity,) = agent(IdentityGet()).data
    agent(
        EmailSet(create={"r": reply}),
        EmailSubmissionSet(create={"s": EmailSubmission(email_id="#r", identity_id=identity.id)}),
        EmailSet(update={query.ids[0]: {"keywords/$seen": True, "keywords/$answered": True}}),
    )
    assert agent.email(query.ids[0], "keywords").keywords == {"$seen": True, "$answered": True}
    assert agent(EmailQuery(filter=unseen)).ids == []


def follow_the_thread(agent: Agent, received: str) -> None:
    state = agent(ThreadGet(ids=[])).state
    email = agent.email(received, "threadId")

    def whole() -> Any:
        thread = agent(ThreadGet(ids=[email.thread_id])).data[0]
        return thread if len(thread.email_ids) == 3 else None

    thread = until(whole)
    emails = agent(EmailGet(ids=thread.email_ids, properties=["subject", "mailboxIds", "receivedAt"])).data
    assert {next(iter(one.mailbox_ids)) for one in emails} == {agent.boxes["inbox"], agent.boxes["sent"]}
    assert [one.received_at for one in emails] == sorted(one.received_at for one in emails)
    changes = agent(ThreadChanges(since_state=state))
    assert set(changes.updated + changes.created) <= {email.thread_id}
    collapsed = agent(
        EmailQuery(filter=EmailQueryFilterCondition(in_mailbox=agent.boxes["inbox"]), collapse_threads=True)
    )
    assert len(collapsed.ids) == 1


def search(agent: Agent, received: str) -> None:
    condition = EmailQueryFilterCondition(text="eleves", has_attachment=True)
    sort = [Comparator(property="subject"), Comparator(property="size", is_ascending=False)]

    def found() -> Any:
        asked = EmailQuery(filter=condition, sort=sort), SearchSnippetGet(Ref("/ids"), filter=condition)
        query, snippets = agent(*asked)
        return snippets if received in query.ids else None

    snippets = until(found)
    snippet = next(one for one in snippets.data if one.email_id == received)
    assert "<mark>élèves</mark>" in snippet.preview
    nothing = EmailQueryFilterOperator(operator=Operator.NOT, conditions=[EmailQueryFilterCondition(min_size=0)])
    assert agent(EmailQuery(filter=nothing)).ids == []
    error = agent.client.request(EmailQuery(sort=[Comparator(property="colour")]))
    assert (isinstance(error, errors.Error), error.type) == (True, "unsupportedSort")


def file_away(agent: Agent, received: str, folder: str) -> None:
    inbox = EmailQueryFilterCondition(in_mailbox=agent.boxes["inbox"])
    before, emails = agent(EmailQuery(filter=inbox), EmailGet(ids=[]))
    agent(
        EmailSet(update={received: {"mailboxIds": {folder: True}, "keywords/$flagged": True, "keywords/$seen": True}})
    )
    changes = agent(EmailChanges(since_state=emails.state))
    assert (changes.created, changes.updated, changes.destroyed) == ([], [received], [])
    assert before.can_calculate_changes
    moved = agent(EmailQueryChanges(filter=inbox, since_query_state=before.query_state))
    assert received in moved.removed
    assert received not in [one.id for one in moved.added]
    (box,) = agent(MailboxGet(ids=[folder])).data
    # The answer in the inbox is unread yet: so is the thread (RFC 8621 §2).
    assert (box.total_emails, box.unread_emails, box.total_threads, box.unread_threads) == (1, 0, 1, 1)
    flagged = EmailQueryFilterCondition(has_keyword="$flagged")
    assert agent(EmailQuery(filter=flagged)).ids == [received]


def look_into_blobs(agent: Agent, received: str) -> None:
    blob_id = agent.email(received, "blobId").blob_id
    parsed = agent.custom("Email/parse", MAIL, blobIds=[blob_id], properties=["subject"])
    assert parsed["parsed"][blob_id] == {"subject": "Notes du troisième trimestre"}
    uploaded = agent.custom("Blob/upload", BLOB, create={"b": {"data": [{"data:asText": "un "}, {"data:asText": "é"}]}})
    made = uploaded["created"]["b"]
    got = agent.custom("Blob/get", BLOB, ids=[made["id"]])
    assert got["list"] == [{"id": made["id"], "data:asText": "un é", "size": 5}]


def sign(agent: Agent) -> None:
    got = agent(IdentityGet())
    id_ = got.data[0].id
    agent(IdentitySet(update={id_: {"textSignature": "Zoé, 6e B"}}))
    assert agent(IdentityChanges(since_state=got.state)).updated == [id_]
    assert agent(IdentityGet(ids=[id_])).data[0].text_signature == "Zoé, 6e B"


def clean_up(agent: Agent, received: str, folder: str) -> None:
    (box,) = agent(MailboxGet(ids=[folder])).data
    refused = agent(MailboxSet(destroy=[folder]))
    assert refused.not_destroyed[folder].type == "mailboxHasEmail"
    agent(MailboxSet(destroy=[folder, box.parent_id], on_destroy_remove_emails=True))
    assert agent(EmailGet(ids=[received])).not_found == [received]
    error = agent.client.request(EmailGet(ids=[], properties=["colour"]))
    assert isinstance(error, errors.InvalidArguments)


def main(host: str) -> None:
    zoe, hugo = (Agent(host, *credentials) for credentials in json.load(sys.stdin))
    work(host, zoe, hugo)


if __name__ == "__main__":
    main(sys.argv[1])
