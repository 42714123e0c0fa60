"""RFC 8620 over HTTP, by its sections, on the whole system."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from deploy.local.system import System
from tests.interop.agents import Agent, Agents
from tests.interop.http_client import BLOB, CORE, MAIL, SUBMISSION, HttpClient, signed_in

ERROR = "urn:ietf:params:jmap:error:"
ID = re.compile(r"[A-Za-z0-9_-]{1,255}")


@pytest.fixture(scope="module")
def agent(agents: Agents) -> Agent:
    return agents()


@pytest.fixture(scope="module")
def client(system: System, agent: Agent) -> Iterator[HttpClient]:
    with signed_in(system.addresses.web, agent) as client:
        yield client


def problem(answer: httpx.Response) -> dict[str, Any]:
    """§3.6.1: a problem document (RFC 7807)."""
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == answer.status_code
    return document


def test_1_2_ids_have_the_characters_of_ids(client: HttpClient) -> None:
    octets = (
        b"From: a@x.example\r\nSubject: un\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=A\r\n\r\n"
        b"--A\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\ntexte\r\n--B\r\n"
        b"Content-Type: application/pdf\r\n\r\nx\r\n--B--\r\n--A--\r\n"
    )
    blob_id = client.upload(octets, "message/rfc822").json()["blobId"]
    inbox = client.ask("Mailbox/query", filter={"role": "inbox"})["ids"][0]
    one = {"blobId": blob_id, "mailboxIds": {inbox: True}}
    created = client.ask("Email/import", emails={"k": one})["created"]["k"]
    email = client.ask("Email/get", ids=[created["id"]], properties=["blobId", "threadId", "attachments", "textBody"])
    (found,) = email["list"]
    parts = [part["blobId"] for part in (*found["attachments"], *found["textBody"])]
    ids = [client.account, blob_id, inbox, created["id"], created["blobId"], found["threadId"], *parts]
    assert [id_ for id_ in ids if not ID.fullmatch(id_)] == []
    assert client.download(parts[0], "x.pdf", "application/pdf").content == b"x"


def test_2_the_session_object(client: HttpClient, agent: Agent) -> None:
    session = client.session
    assert set(session) >= {
        "capabilities", "accounts", "primaryAccounts", "username", "apiUrl", "downloadUrl", "uploadUrl",
        "eventSourceUrl", "state",
    }  # fmt: skip
    core = session["capabilities"][CORE]
    assert set(core) == {
        "maxSizeUpload", "maxConcurrentUpload", "maxSizeRequest", "maxConcurrentRequests", "maxCallsInRequest",
        "maxObjectsInGet", "maxObjectsInSet", "collationAlgorithms",
    }  # fmt: skip
    assert core["maxSizeUpload"] >= 50_000_000
    assert core["maxConcurrentUpload"] >= 4
    assert core["maxSizeRequest"] >= 10_000_000
    assert core["maxConcurrentRequests"] >= 4
    assert core["maxCallsInRequest"] >= 16
    assert core["maxObjectsInGet"] >= 500
    assert core["maxObjectsInSet"] >= 500
    account = session["accounts"][client.account]
    assert (account["name"], account["isPersonal"], account["isReadOnly"]) == (agent.address, True, False)
    assert session["username"] == agent.address
    for capability in account["accountCapabilities"]:
        assert capability in session["capabilities"]
        assert session["primaryAccounts"][capability] == client.account
    for variable in ("accountId", "blobId", "type", "name"):
        assert f"{{{variable}}}" in session["downloadUrl"]
    for variable in ("types", "closeafter", "ping"):
        assert f"{{{variable}}}" in session["eventSourceUrl"]
    assert "{accountId}" in session["uploadUrl"]


def test_2_the_capabilities_of_mail(client: HttpClient) -> None:
    """RFC 8621 §1.3, RFC 9404 §3."""
    assert all(client.session["capabilities"][name] == {} for name in (MAIL, SUBMISSION, BLOB))
    of_account = client.session["accounts"][client.account]["accountCapabilities"]
    assert set(of_account[MAIL]) == {
        "maxMailboxesPerEmail", "maxMailboxDepth", "maxSizeMailboxName", "maxSizeAttachmentsPerEmail",
        "emailQuerySortOptions", "mayCreateTopLevelMailbox",
    }  # fmt: skip
    assert of_account[MAIL]["maxSizeMailboxName"] >= 100
    assert set(of_account[SUBMISSION]) == {"maxDelayedSend", "submissionExtensions"}
    assert of_account[BLOB]["maxDataSources"] >= 64
    assert {"Email", "Thread", "Mailbox"} <= set(of_account[BLOB]["supportedTypeNames"])


def test_2_the_session_is_not_kept_by_caches(client: HttpClient) -> None:
    answer = client.http.get("/.well-known/jmap")
    assert "no-store" in answer.headers["cache-control"]
    assert client.http.get("/.well-known/jmap", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_3_3_extra_members_of_a_request_are_passed_over(client: HttpClient) -> None:
    answer = client.post({"using": [CORE], "methodCalls": [["Core/echo", {"a": 1}, "x"]], "extra": True})
    assert answer.json()["methodResponses"] == [["Core/echo", {"a": 1}, "x"]]


def test_3_4_created_ids_come_back_only_when_they_were_given(client: HttpClient) -> None:
    calls = ("Blob/upload", {"create": {"b": {"data": [{"data:asText": "x"}]}}})
    assert "createdIds" not in client.request(calls)
    given = client.request(calls, createdIds={"old": "e1"})
    assert given["createdIds"] == {"old": "e1", "b": given["methodResponses"][0][1]["created"]["b"]["id"]}
    again = client.request(("Blob/get", {"ids": ["#b"]}), createdIds=given["createdIds"])
    assert again["methodResponses"][0][1]["list"][0]["data:asText"] == "x"


def test_3_4_every_response_has_the_state_of_the_session(client: HttpClient) -> None:
    assert client.request(("Core/echo", {}))["sessionState"] == client.session["state"]


@pytest.mark.parametrize(
    ("content", "content_type", "error"),
    [
        (b"{", "application/json", "notJSON"),
        (b'{"using": ["\xff"], "methodCalls": []}', "application/json", "notJSON"),
        (b'{"using": [], "methodCalls": [], "using": []}', "application/json", "notJSON"),
        (b'{"using": ["\\ud800"], "methodCalls": []}', "application/json", "notJSON"),
        (b'{"using": [], "methodCalls": []}', "text/plain", "notJSON"),
        (b"[]", "application/json", "notRequest"),
        (b'{"methodCalls": []}', "application/json", "notRequest"),
        (b'{"using": []}', "application/json", "notRequest"),
        (b'{"using": ["urn:ietf:params:jmap:core"], "methodCalls": [["Core/echo", {}]]}', "application/json",
         "notRequest"),
        (b'{"using": ["urn:ietf:params:jmap:core"], "methodCalls": [["Core/echo", [], "a"]]}', "application/json",
         "notRequest"),
        (b'{"using": [], "methodCalls": [], "createdIds": []}', "application/json", "notRequest"),
        (b'{"using": ["urn:none"], "methodCalls": []}', "application/json", "unknownCapability"),
    ],
)  # fmt: skip
def test_3_6_1_request_level_errors(client: HttpClient, content: bytes, content_type: str, error: str) -> None:
    answer = client.post(content=content, headers={"Content-Type": content_type})
    assert (answer.status_code, problem(answer)["type"]) == (400, ERROR + error)


def test_3_6_1_limits_are_named(client: HttpClient) -> None:
    core = client.session["capabilities"][CORE]
    many = [["Core/echo", {}, str(number)] for number in range(core["maxCallsInRequest"] + 1)]
    document = problem(client.post({"using": [CORE], "methodCalls": many}))
    assert (document["type"], document["limit"]) == (ERROR + "limit", "maxCallsInRequest")
    large = b" " * (core["maxSizeRequest"] + 1)
    document = problem(client.post(content=large, headers={"Content-Type": "application/json"}))
    assert (document["type"], document["limit"]) == (ERROR + "limit", "maxSizeRequest")


def test_3_6_2_method_level_errors(client: HttpClient) -> None:
    answers = client.call(
        ("Email/none", {}),
        ("None/get", {}),
        ("Email/get", {"accountId": "anobody", "ids": []}),
        ("Email/get", {"ids": [], "colour": 1}),
        ("Email/get", {"ids": [1]}),
        ("Email/get", {"ids": [], "fetchTextBodyValues": None}),
        ("Email/changes", {}),
        ("Email/changes", {"sinceState": "0", "maxChanges": 0}),
        ("Email/copy", {"fromAccountId": "anobody", "create": {}}),
        ("Email/copy", {"fromAccountId": client.account, "create": {}}),
        ("Core/echo", {"still": "here"}),
    )
    assert [answer[1].get("type") for answer in answers] == [
        "unknownMethod", "unknownMethod", "accountNotFound", "invalidArguments", "invalidArguments",
        "invalidArguments", "invalidArguments", "invalidArguments", "fromAccountNotFound", "invalidArguments", None,
    ]  # fmt: skip
    assert [answer[2] for answer in answers] == [f"c{number}" for number in range(len(answers))]


def test_3_6_2_a_method_needs_its_capability_in_using(client: HttpClient) -> None:
    calls = [["Email/get", {"accountId": client.account, "ids": []}, "a"], ["Core/echo", {}, "b"]]
    answers = client.post({"using": [CORE], "methodCalls": calls}).json()["methodResponses"]
    assert answers == [["error", {"type": "unknownMethod"}, "a"], ["Core/echo", {}, "b"]]


def test_3_7_references(client: HttpClient) -> None:
    def reference(path: str, name: str = "Core/echo", of: str = "e") -> dict[str, str]:
        return {"resultOf": of, "name": name, "path": path}

    echo = {"list": [{"ids": ["a", "b"]}, {"ids": ["c"]}], "a/b": {"~": ["d"]}, "one": "x"}
    answers = client.call(
        ("Core/echo", echo, "e"),
        ("Core/echo", {"#x": reference("/list/*/ids")}, "1"),
        ("Core/echo", {"#x": reference("/a~1b/~0")}, "2"),
        ("Core/echo", {"#x": reference("/list/1/ids/0")}, "3"),
        ("Core/echo", {"#x": reference("/none")}, "4"),
        ("Core/echo", {"#x": reference("/one", name="Email/get")}, "5"),
        ("Core/echo", {"#x": reference("/one", of="z")}, "6"),
        ("Core/echo", {"#x": reference("/one"), "x": 1}, "7"),
        ("Email/get", {"#ids": reference("/list/*/ids")}, "8"),
    )
    assert [answer[1].get("x", answer[1].get("type")) for answer in answers[1:8]] == [
        ["a", "b", "c"], ["d"], "c", "invalidResultReference", "invalidResultReference", "invalidResultReference",
        "invalidArguments",
    ]  # fmt: skip
    assert answers[8][1]["notFound"] == ["a", "b", "c"]


def test_5_1_duplicates_and_strangers_in_ids(client: HttpClient) -> None:
    (inbox,) = client.ask("Mailbox/query", filter={"role": "inbox"})["ids"]
    got = client.ask("Mailbox/get", ids=[inbox, "m999", inbox, "m999", "é", "x" * 255], properties=["role"])
    assert got["list"] == [{"id": inbox, "role": "inbox"}]
    assert got["notFound"] == ["m999", "é", "x" * 255]
    assert client.error("Mailbox/get", ids=["x" * 256]) == "invalidArguments"


@pytest.mark.parametrize("type_", ["Email", "Mailbox", "Thread", "Identity", "EmailSubmission"])
def test_5_2_nothing_changed_since_now(client: HttpClient, type_: str) -> None:
    state = client.ask(f"{type_}/get", ids=[])["state"]
    assert client.ask(f"{type_}/changes", sinceState=state) == {
        "accountId": client.account,
        "oldState": state,
        "newState": state,
        "hasMoreChanges": False,
        "created": [],
        "updated": [],
        "destroyed": [],
    } | ({"updatedProperties": None} if type_ == "Mailbox" else {})
    assert client.error(f"{type_}/changes", sinceState="never was") == "cannotCalculateChanges"


@pytest.mark.parametrize("type_", ["Email", "Mailbox", "Identity", "EmailSubmission"])
def test_5_3_a_set_of_nothing_and_one_of_another_state(client: HttpClient, type_: str) -> None:
    state = client.ask(f"{type_}/get", ids=[])["state"]
    nothing = dict.fromkeys(("created", "updated", "destroyed", "notCreated", "notUpdated", "notDestroyed"))
    response = client.ask(f"{type_}/set", ifInState=state, create=None, update={}, destroy=[])
    assert response == nothing | {"accountId": client.account, "oldState": state, "newState": state}
    assert client.error(f"{type_}/set", ifInState="another") == "stateMismatch"
    response = client.ask(f"{type_}/set", update={"x1": {}}, destroy=["x2"])
    assert (response["notUpdated"]["x1"]["type"], response["notDestroyed"]["x2"]["type"]) == ("notFound", "notFound")
    most = client.session["capabilities"][CORE]["maxObjectsInSet"]
    assert client.error(f"{type_}/set", destroy=[f"x{number}" for number in range(most + 1)]) == "requestTooLarge"


@pytest.mark.parametrize("type_", ["Email", "Mailbox", "EmailSubmission"])
def test_5_5_queries_of_nothing(client: HttpClient, type_: str) -> None:
    empty = client.ask(f"{type_}/query", filter={"operator": "OR", "conditions": []}, calculateTotal=True)
    assert (empty["ids"], empty["total"], empty["position"]) == ([], 0, 0)
    for everything in (None, {}, {"operator": "AND", "conditions": []}, {"operator": "NOT", "conditions": []}):
        assert client.ask(f"{type_}/query", filter=everything)["ids"] == client.ask(f"{type_}/query")["ids"]
    assert client.error(f"{type_}/query", filter={"operator": "XOR", "conditions": []}) == "invalidArguments"
    assert client.error(f"{type_}/query", filter={"colour": "red"}) == "unsupportedFilter"
    assert client.error(f"{type_}/query", sort=[{"property": "colour"}]) == "unsupportedSort"
    assert client.error(f"{type_}/query", anchor="none1") == "anchorNotFound"


def test_6_1_upload(client: HttpClient) -> None:
    answer = client.upload("é".encode(), "text/plain; charset=utf-8")
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    document = answer.json()
    assert set(document) == {"accountId", "blobId", "type", "size"}
    assert (document["accountId"], document["size"]) == (client.account, 2)
    assert document["type"] == "text/plain; charset=utf-8"
    assert client.upload("é".encode(), "text/plain").json()["blobId"] == document["blobId"]
    assert client.upload(b"", "").json()["type"] == "application/octet-stream"
    url = client.session["uploadUrl"].replace("{accountId}", "anobody")
    assert client.http.post(url, content=b"x").status_code == 404


def test_6_2_download(client: HttpClient) -> None:
    blob_id = client.upload(b"0123456789", "text/plain").json()["blobId"]
    answer = client.download(blob_id, "été 2026.txt", "text/plain")
    assert (answer.status_code, answer.content) == (200, b"0123456789")
    assert answer.headers["content-type"] == "text/plain"
    assert "filename*=UTF-8''%C3%A9t%C3%A9%202026.txt" in answer.headers["content-disposition"]
    assert answer.headers["content-length"] == "10"
    assert "immutable" in answer.headers["cache-control"]
    part = client.download(blob_id, "x", "application/octet-stream", Range="bytes=2-4")
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    assert client.download(blob_id, "x", "text/plain", Range="bytes=20-").status_code == 416
    assert client.download("B" + "0" * 64, "x", "text/plain").status_code == 404


def test_6_3_blob_copy(client: HttpClient) -> None:
    blob_id = client.upload(b"x", "text/plain").json()["blobId"]
    copied = client.ask("Blob/copy", fromAccountId=client.account, blobIds=[blob_id, "Bx"])
    assert (copied["copied"], copied["notCopied"]["Bx"]["type"]) == ({blob_id: blob_id}, "notFound")
    assert client.error("Blob/copy", fromAccountId="anobody", blobIds=[]) == "fromAccountNotFound"


def test_7_3_the_event_source(client: HttpClient, system: System) -> None:
    url = client.session["eventSourceUrl"]
    for variable, value in (("types", "Mailbox"), ("closeafter", "state"), ("ping", "0")):
        url = url.replace(f"{{{variable}}}", value)
    with client.http.stream("GET", url) as answer:
        assert answer.headers["content-type"].partition(";")[0] == "text/event-stream"
        lines = answer.iter_lines()
        assert next(line for line in lines if line.startswith("retry:"))
        made = client.ask("Mailbox/set", create={"k": {"name": "Annoncé"}})
        said = list(lines)
    assert "event: state" in said
    (data,) = (json.loads(line.removeprefix("data: ")) for line in said if line.startswith("data: "))
    assert data["@type"] == "StateChange"
    assert list(data["changed"]) == [client.account]
    assert set(data["changed"][client.account]) == {"Mailbox"}
    assert data["changed"][client.account]["Mailbox"] == made["newState"]
