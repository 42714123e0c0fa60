"""A plain HTTP client that knows nothing of us but RFC 8620 and 8621: session, mailboxes, a query."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from deploy.local.system import System
from tests.interop.agents import Agent, Agents

CORE, MAIL = "urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"
ROLES = {"inbox", "drafts", "sent", "trash", "junk"}
LEARNT_SECONDS = 20.0


@pytest.fixture(scope="module")
def agent(agents: Agents) -> Agent:
    return agents()


@pytest.fixture(scope="module")
def client(system: System, agent: Agent) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=system.addresses.web, auth=(agent.address, agent.password), timeout=30) as made:
        yield made


def call(client: httpx.Client, session: dict[str, Any], *calls: list[Any]) -> list[list[Any]]:
    answer = client.post(session["apiUrl"], json={"using": [CORE, MAIL], "methodCalls": calls})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["sessionState"] == session["state"]
    responses: list[list[Any]] = answer.json()["methodResponses"]
    return responses


def test_session_mailboxes_and_query(client: httpx.Client) -> None:
    session = client.get("/.well-known/jmap").json()
    account = session["primaryAccounts"][MAIL]
    assert session["accounts"][account]["accountCapabilities"][MAIL]["maxMailboxDepth"] is not None
    until = time.monotonic() + LEARNT_SECONDS
    while (got := call(client, session, ["Mailbox/get", {"accountId": account, "ids": None}, "m"])[0])[0] == "error":
        assert time.monotonic() < until, got
        time.sleep(0.1)
    assert {mailbox["role"] for mailbox in got[1]["list"]} >= ROLES
    inbox = next(mailbox["id"] for mailbox in got[1]["list"] if mailbox["role"] == "inbox")
    found, emails = call(
        client,
        session,
        ["Email/query", {"accountId": account, "filter": {"inMailbox": inbox}, "calculateTotal": True}, "q"],
        [
            "Email/get",
            {"accountId": account, "#ids": {"resultOf": "q", "name": "Email/query", "path": "/ids"}},
            "e",
        ],
    )
    assert (found[0], found[1]["ids"], found[1]["total"]) == ("Email/query", [], 0)
    assert (emails[0], emails[1]["list"], emails[1]["notFound"]) == ("Email/get", [], [])


def test_a_wrong_password_is_challenged(client: httpx.Client, agent: Agent) -> None:
    answer = client.get("/.well-known/jmap", auth=(agent.address, "un autre mot de passe"))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
