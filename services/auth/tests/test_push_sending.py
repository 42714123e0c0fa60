"""What push servers are sent, and when: on a real database, to TLS servers of these tests."""

import asyncio
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from chassis.settings import institution
from contracts.base import Event
from contracts.calendar import CalendarStateChanged
from contracts.jmap import Invocation, JmapBatch, JsonObject
from contracts.mail import MailStateChanged
from services.auth.application.push.send_pushes import AT_ONCE_OF_HOST
from services.auth.push_bootstrap import Push, build
from services.auth.settings import PushSettings
from services.auth.tests.push_client import PushClient
from services.auth.tests.system import System
from tests.infra.outside import Authority, Names, Site, content, redirect

KEY = "cd" * 32
VERIFICATION = "PushVerification"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def servers(authority: Authority) -> Iterator[tuple[Site, Site, Names]]:
    """The push server; a canary on the same port of another address; a name server."""
    tls = authority.server("push.example", "rebind.example", "slow.example", "127.0.0.1", "127.0.0.2")
    site = Site(tls=tls)
    with site.open(), Site("127.0.0.2", site.port, tls).open() as canary, Names().open() as names:
        yield site, canary, names


class Pushing:
    def __init__(self, system: System, push: Push, servers: tuple[Site, Site, Names]) -> None:
        self.system, self.push = system, push
        self.server, self.canary, self.names = servers
        self.client = PushClient()
        self.account_id = system.active_agent().agent.account_id

    def call(self, account_id: str = "", **arguments: Any) -> JsonObject:
        call = Invocation(name="PushSubscription/set", arguments=arguments, call_id="0")
        batch = JmapBatch(account_id=account_id or self.account_id, using=[], calls=[call])
        (answer,) = self.system.auth.answer_push_calls(batch).responses
        return answer.arguments

    def subscribe(self, url: str = "", **given: Any) -> str:
        subscription = {"deviceClientId": "d", "url": url or self.server.url("/push"), "keys": self.client.keys}
        return str(self.call(create={"a": subscription | given})["created"]["a"]["id"])

    def verified(self, url: str = "", **given: Any) -> str:
        """A subscription that its client has confirmed, with nothing to be sent."""
        id_ = self.subscribe(url, **given)
        with self.system.database.transaction() as tx:
            tx.execute("UPDATE push_subscription SET verified = true, due_at = NULL WHERE subscription_id = %s", (id_,))
        return id_

    def heard(self, *events: Event) -> int:
        return self.push.take_states(events)

    def changed(self, **states: str) -> int:
        return self.heard(MailStateChanged(account_id=self.account_id, changed=states))

    def send(self, **later: float) -> list[Any]:
        """What arrives once the time has moved on."""
        self.system.clock.advance(**(later or {"seconds": 1}))
        before = len(self.server.hits)
        asyncio.run(self.push.send_pushes.all_due())
        return [self.client.read(hit.body) for hit in self.server.hits[before:]]

    def states(self, **later: float) -> list[dict[str, str]]:
        return [message["changed"][self.account_id] for message in self.send(**later)]

    def left(self) -> list[dict[str, Any]]:
        return self.system.rows("SELECT subscription_id AS id, tries, due_at FROM push_subscription ORDER BY url")


@pytest.fixture
def pushing(
    system: System,
    servers: tuple[Site, Site, Names],
    authority: Authority,
    settings_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Pushing]:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    for server in servers:
        server.forget()
    servers[0].pages["/push"] = content(b"", "text/plain", 201)
    given = {
        "auth_database_url": system.url,
        "amqp_url": "",
        "auth_vapid_key": KEY,
        "outward_nameservers": servers[2].endpoint,
        "outward_allowed_for_tests": servers[0].endpoint,
        "outward_seconds": "20",
    }
    push = build(
        PushSettings.model_validate(given), institution(str(settings_file)), system.database, clock=system.clock
    )
    yield Pushing(system, push, servers)
    assert not servers[1].connections


def test_a_subscription_is_verified_first_and_told_then_what_changed(pushing: Pushing) -> None:
    id_ = pushing.subscribe(types=["Email", "Mailbox"])
    assert pushing.changed(Email="e1") == 0
    (verification,) = pushing.send()
    assert set(verification) == {"@type", "pushSubscriptionId", "verificationCode"}
    assert (verification["@type"], verification["pushSubscriptionId"]) == (VERIFICATION, id_)
    assert pushing.send(hours=1) == []
    answer = pushing.call(update={id_: {"verificationCode": verification["verificationCode"]}})
    assert answer["updated"] == {id_: None}
    assert pushing.changed(Email="e2", Thread="t2") == 1
    assert pushing.changed(Thread="t3") == 0
    assert pushing.send() == [{"@type": "StateChange", "changed": {pushing.account_id: {"Email": "e2"}}}]
    assert pushing.send(hours=1) == []


def test_a_push_has_the_headers_that_push_servers_ask_for(pushing: Pushing) -> None:
    pushing.verified()
    pushing.changed(Email="e")
    pushing.send()
    (hit,) = pushing.server.hits
    assert hit.method == "POST"
    assert hit.headers["content-encoding"] == "aes128gcm"
    assert hit.headers["content-type"] == "application/json"
    assert hit.headers["ttl"] == "86400"
    assert hit.headers["urgency"] == "normal"
    assert hit.headers["authorization"].startswith("vapid t=")
    assert {"cookie", "referer"}.isdisjoint(hit.headers)
    assert pushing.account_id.encode() not in hit.body


def test_a_client_without_keys_is_sent_plain_json(pushing: Pushing) -> None:
    pushing.verified(keys=None)
    pushing.changed(Email="e")
    pushing.system.clock.advance(seconds=1)
    asyncio.run(pushing.push.send_pushes.all_due())
    (hit,) = pushing.server.hits
    assert "content-encoding" not in hit.headers
    assert b'"@type":"StateChange"' in hit.body


def test_changes_go_together_the_newest_state_wins_and_nobody_is_told_too_often(pushing: Pushing) -> None:
    pushing.verified()
    for number in range(20):
        pushing.changed(Email=f"e{number}", **({"Mailbox": "m"} if number == 3 else {}))
    pushing.heard(CalendarStateChanged(account_id=pushing.account_id, changed={"CalendarEvent": "c"}))
    assert pushing.states() == [{"Email": "e19", "Mailbox": "m", "CalendarEvent": "c"}]
    pushing.changed(Email="e20")
    assert pushing.states() == []
    pushing.changed(Email="e21")
    assert pushing.states(seconds=5) == [{"Email": "e21"}]


def test_other_accounts_are_told_nothing(pushing: Pushing) -> None:
    pushing.verified()
    assert pushing.heard(MailStateChanged(account_id="asomebodyelse", changed={"Email": "e"})) == 0
    assert pushing.send() == []


def test_what_changes_while_a_push_is_under_way_is_sent_afterwards(pushing: Pushing) -> None:
    def meanwhile(to: BaseHTTPRequestHandler) -> None:
        if len(pushing.server.hits) == 1:
            pushing.changed(Email="e2")
        content(b"", "text/plain", 201)(to)

    pushing.server.pages["/push"] = meanwhile
    pushing.verified()
    pushing.changed(Email="e1", Mailbox="m1")
    assert pushing.states() == [{"Email": "e1", "Mailbox": "m1"}]
    assert pushing.states(seconds=6) == [{"Email": "e2"}]


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_its_server_no_longer_knows_is_dropped(pushing: Pushing, status: int) -> None:
    pushing.server.pages["/push"] = content(b"", "text/plain", status)
    pushing.verified()
    pushing.changed(Email="e")
    assert len(pushing.send()) == 1
    assert pushing.left() == []


def test_a_server_that_fails_is_tried_again_ever_more_rarely_with_the_newest_state(pushing: Pushing) -> None:
    pushing.server.pages["/push"] = content(b"", "text/plain", 503)
    pushing.verified()
    pushing.changed(Email="e1")
    assert len(pushing.send()) == 1
    pushing.changed(Email="e2")
    assert pushing.send(seconds=25) == []
    tried = []
    for _ in range(240):
        tried.append(len(pushing.send(seconds=60)))
    assert 8 <= sum(tried) <= 12
    assert sum(tried[-60:]) == 1
    pushing.server.pages["/push"] = content(b"", "text/plain", 201)
    assert pushing.states(hours=1) == [{"Email": "e2"}]
    (left,) = pushing.left()
    assert (left["tries"], left["due_at"]) == (0, None)


def test_a_server_may_ask_for_a_pause(pushing: Pushing) -> None:
    pushing.server.pages["/push"] = content(b"", "text/plain", 429, Retry_After="600")
    pushing.verified()
    pushing.changed(Email="e")
    assert len(pushing.send()) == 1
    assert pushing.send(seconds=590) == []
    assert len(pushing.send(seconds=20)) == 1


def test_a_subscription_that_has_expired_is_told_nothing_more(pushing: Pushing) -> None:
    pushing.verified()
    pushing.changed(Email="e")
    assert pushing.send(days=8) == []
    assert pushing.changed(Email="e2") == 0


def test_a_server_that_never_answers_holds_up_nobody_else(pushing: Pushing) -> None:
    """More of its subscriptions are due, and for longer, than may be under way."""
    let_go = threading.Event()

    def never(_: BaseHTTPRequestHandler) -> None:
        let_go.wait(10)

    pushing.server.pages["/slow"] = never
    pushing.names.set("slow.example", ["127.0.0.1"])
    for letter in "abcdefgh":
        pushing.system.import_line(nom=f"Lent{letter}", numen=f"10E981{ord(letter):03}5ABE")
    with pushing.system.database.transaction() as tx:
        tx.execute(
            "INSERT INTO push_subscription (subscription_id, account_id, device_client_id, url, host, verified,"
            " verification_code, expires_at, due_at, pending) SELECT 'P' || account_id, account_id, 'd', %(url)s,"
            " 'slow.example', true, 'c', %(now)s::timestamptz + interval '1 day', %(now)s, '{\"Email\": \"e\"}'"
            " FROM account WHERE account_id <> %(own)s",
            {
                "url": pushing.server.url("/slow", "slow.example"),
                "now": pushing.system.clock(),
                "own": pushing.account_id,
            },
        )
    pushing.verified()
    pushing.changed(Email="e")
    pushing.system.clock.advance(seconds=1)

    async def run() -> None:
        sending = asyncio.create_task(pushing.push.send_pushes.run())
        end = time.monotonic() + 10
        while len(pushing.server.hits) <= AT_ONCE_OF_HOST:
            assert time.monotonic() < end
            await asyncio.sleep(0.01)
        sending.cancel()
        await asyncio.wait({sending})

    try:
        asyncio.run(run())
    finally:
        let_go.set()
    assert sorted(pushing.server.paths()) == ["/push"] + ["/slow"] * AT_ONCE_OF_HOST


FORBIDDEN = """
    https://127.0.0.2:{port}/ https://[::ffff:127.0.0.2]:{port}/ https://[::1]:{port}/ https://10.0.0.1/
    https://169.254.169.254/latest/ https://127.0.0.2./ https://inside.example:{port}/ https://alias.example:{port}/
    https://mapped.example:{port}/ https://mixed.example:{port}/
"""


def test_a_forbidden_place_is_not_reached(pushing: Pushing) -> None:
    """Those in other notations are refused when they subscribe."""
    pushing.names.set("inside.example", ["127.0.0.2"])
    pushing.names.set("alias.example", "CNAME inside.example")
    pushing.names.set("mapped.example", ["::ffff:127.0.0.2"], kind="AAAA")
    pushing.names.set("mixed.example", ["127.0.0.1", "127.0.0.2"])
    urls = FORBIDDEN.replace("{port}", str(pushing.server.port)).split()
    for url in urls:
        pushing.subscribe(url)
    assert pushing.send() == []
    assert not pushing.canary.connections
    assert [left["tries"] for left in pushing.left()] == [1] * len(urls)


def test_a_redirect_is_not_followed(pushing: Pushing) -> None:
    for status in (301, 302, 303, 307, 308):
        pushing.server.pages["/push"] = redirect(pushing.canary.url("/"), status)
        pushing.subscribe()
        assert len(pushing.send()) == 1
    assert not pushing.canary.connections


def test_a_name_that_rebinds_is_reached_where_it_was_checked(pushing: Pushing) -> None:
    pushing.names.set("rebind.example", ["127.0.0.1"], ["127.0.0.2"])
    pushing.verified(pushing.server.url("/push", "rebind.example"))
    pushing.changed(Email="e1")
    assert pushing.states() == [{"Email": "e1"}]
    pushing.changed(Email="e2")
    assert pushing.states(seconds=10) == []
    assert not pushing.canary.connections


def endless(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    for _ in range(1_000):
        to.wfile.write(bytes(100_000))


def test_an_answer_without_end_is_given_up(pushing: Pushing) -> None:
    pushing.server.pages["/push"] = endless
    pushing.verified()
    pushing.changed(Email="e")
    assert len(pushing.send()) == 1
    (left,) = pushing.left()
    assert left["tries"] == 1
