"""Attachments become searchable apart from delivery, whatever happens meanwhile."""

import asyncio
from contextlib import suppress

import pytest
from pydantic import PostgresDsn

from chassis.blobs import BlobStore
from chassis.blobs.files import FileBlobStore
from chassis.db import Transaction
from services.mail.adapters.attachment_queue import PostgresAttachmentQueue
from services.mail.application.attachment_readers import AttachmentReaders
from services.mail.application.attachment_texts import TRIES_MAX, AttachmentTexts, Claimed
from services.mail.application.ports import StoredMessage
from services.mail.application.rows import PageRequest
from services.mail.domain.attachment_kinds import ReadablePart
from services.mail.domain.email_query import Condition, EmailQuery
from services.mail.extraction.pool import request_of
from services.mail.extraction.protocol import Extracted
from services.mail.extraction.worker import extract
from services.mail.flow_settings import SearchSettings
from services.mail.parser.protocol import ParserUnavailable
from services.mail.search_bootstrap import run_search
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.parser.running import wait_until
from services.mail.tests.search import documents
from services.mail.tests.search.letters import letter
from services.mail.tests.store.world import START

COLLEAGUE = "ajeandupont"
ODT = (documents.odt("Règlement intérieur", "Les trottinettes sont interdites."), documents.ODT, "reglement.odt")


class ExtractorHere:
    """The child's code in this process; `away`: the blobs are."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self.away = False

    async def read(self, claimed: Claimed, part: ReadablePart) -> Extracted:
        if self.away:
            raise ParserUnavailable
        asked = request_of(claimed, part)
        return Extracted.model_validate(extract(self._blobs, asked.model_dump())["result"])


class Search:
    def __init__(self, user: MailboxUser) -> None:
        self.user = user
        self.extractor = ExtractorHere(user.blobs)
        self.work = AttachmentTexts(user.world.database, PostgresAttachmentQueue())
        self.outcomes: list[str] = []
        self._readers = AttachmentReaders(self.work, self.extractor, 1, self.outcomes.append)

    def catch_up(self) -> None:
        """All that is due now."""

        async def work() -> None:
            while await self._readers.read_one():
                pass

        asyncio.run(work())

    def make_due(self) -> None:
        with self.user.world.database.transaction() as tx:
            tx.execute("UPDATE attachment_text SET due_at = now()")

    def queue(self) -> list[tuple[str, int]]:
        with self.user.world.database.transaction() as tx:
            return tx.tuples("SELECT state, tries FROM attachment_text ORDER BY message_id")

    def found(self, text: str, condition: str = "text") -> int:
        return len(self.user("Email/query", filter={condition: text})["ids"])


@pytest.fixture
def search(user: MailboxUser) -> Search:
    return Search(user)


def test_words_of_attachments_are_found_as_those_of_bodies(search: Search) -> None:
    search.user.import_(letter("Rentrée", "Voir ci-joint.", ODT))
    search.user.import_(letter("Sans pièce", "Rien."))
    assert (search.found("trottinette"), search.queue()) == (0, [("due", 0)])
    search.catch_up()
    assert (search.found("trottinette"), search.found("trottinette", "body")) == (1, 1)
    assert search.found("trottinette", "subject") == 0
    assert search.found("ci-joint reglement interieur interdites") == 1
    assert search.outcomes == ["read"]


def deliver_to_colleague(search: Search, tx: Transaction) -> None:
    message = StoredMessage(**tx.only("SELECT id, sha256, size FROM message"))
    search.user.world.mailstore.append(tx, COLLEAGUE, message, role="inbox", received_at=START)


def found_by_colleague(search: Search, text: str) -> int:
    page = PageRequest(10)
    with search.user.world.store.view(COLLEAGUE) as view:
        return len(view.query(EmailQuery(Condition("text", text)), page).ids)


def test_each_who_got_the_message_finds_them_also_who_is_getting_it_meanwhile(search: Search) -> None:
    world = search.user.world
    world.open_account(COLLEAGUE, "jean.dupont@ac-montpellier.example", "Jean", "Dupont")
    search.user.import_(letter("Rentrée", "Voir ci-joint.", ODT))
    with world.database.transaction() as slow:
        deliver_to_colleague(search, slow)
        search.catch_up()
        assert search.found("trottinette") == 1
    assert (found_by_colleague(search, "trottinette"), search.queue()) == (0, [("indexed", 0)])
    search.make_due()
    search.catch_up()
    assert (found_by_colleague(search, "trottinette"), search.queue()) == (1, [])
    with world.database.transaction() as tx:
        deliver_to_colleague(search, tx)
    assert found_by_colleague(search, "trottinette") == 2


def test_a_process_that_died_costs_nothing_but_time(search: Search) -> None:
    search.user.import_(letter("Rentrée", "Voir ci-joint.", ODT))
    claimed = search.work.claim()
    assert claimed is not None
    search.catch_up()
    assert search.found("trottinette") == 0, "it is in the hands of the first until its lease ends"
    search.make_due()
    search.catch_up()
    search.work.keep(claimed, "trottinette arrosoir")
    assert (search.found("trottinette"), search.found("arrosoir")) == (1, 0), "kept once"


def test_what_kills_its_process_again_and_again_is_given_up(search: Search) -> None:
    search.user.import_(letter("Rentrée", "Voir ci-joint.", ODT))
    for _ in range(TRIES_MAX):
        assert search.work.claim() is not None
        search.make_due()
    assert search.work.claim() is None
    assert [state for state, _ in search.queue()] == ["given-up"]


def test_blobs_that_are_away_are_waited_for(search: Search) -> None:
    search.user.import_(letter("Rentrée", "Voir ci-joint.", ODT))
    search.extractor.away = True
    search.catch_up()
    assert search.queue() == [("due", 1)]
    search.extractor.away = False
    search.catch_up()
    assert search.found("trottinette") == 0, "not at once"
    search.make_due()
    search.catch_up()
    assert search.found("trottinette") == 1


def test_what_cannot_be_read_is_left_and_the_rest_of_the_message_is_found(search: Search) -> None:
    broken = (b"%PDF-1.7 garbage", documents.PDF, "a.pdf")
    bomb = (documents.bomb(), documents.DOCX, "b.docx")
    search.user.import_(letter("Rentrée", "Voir ci-joint.", broken, bomb, ODT))
    search.catch_up()
    assert search.outcomes == ["unreadable", "too-large", "read"]
    assert search.found("trottinette") == 1


def test_nothing_is_read_of_a_message_that_nobody_has_any_more(search: Search) -> None:
    id_ = search.user.import_(letter("Brouillon", "Voir ci-joint.", ODT))["id"]
    search.user("Email/set", destroy=[id_])
    search.catch_up()
    assert (search.outcomes, search.queue()) == ([], [])


def test_messages_without_readable_attachments_are_not_queued(search: Search) -> None:
    search.user.import_(letter("Photo", "Voir ci-joint.", (b"\x89PNG", "image/png", "photo.png")))
    assert search.queue() == []


def test_the_process_catches_up_by_itself(search: Search, mail_url: str) -> None:
    """With children of its own, as it runs."""
    search.user.import_(
        letter("Rentrée", "Voir ci-joint.", ODT, (documents.pdf("les girafes"), documents.PDF, "a.pdf"))
    )
    assert isinstance(search.user.blobs, FileBlobStore)
    settings = SearchSettings(
        mail_database_url=PostgresDsn(mail_url), blob_root=search.user.blobs.path("0" * 64).parent.parent
    )

    async def until_found() -> None:
        process = asyncio.create_task(run_search(settings))
        await asyncio.to_thread(wait_until, lambda: search.found("trottinette") == search.found("girafe") == 1, 30.0)
        process.cancel()
        with suppress(asyncio.CancelledError):
            await process

    asyncio.run(until_found())
