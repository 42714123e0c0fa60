"""PushSubscription/get and PushSubscription/set (RFC 8620 §7.2): whose they are, what may be said of them, when they
end."""

from typing import Any

import pytest
from pydantic import SecretStr

from contracts.account import AccountRequest, PasswordChange, SessionEnding
from contracts.auth import SignedIn
from contracts.jmap import Invocation, JmapBatch, JsonObject
from services.auth.application.change_state import SUSPEND
from services.auth.domain.push_subscription import MOST_OF_ACCOUNT
from services.auth.tests.push_client import PushClient, b64
from services.auth.tests.system import PASSWORD, System, holder, token

USING = ["urn:ietf:params:jmap:core"]
CLIENT = PushClient()
GIVEN: JsonObject = {
    "deviceClientId": "a889-ffea-910",
    "url": "https://push.example.com/?device=X8980fc&client=12c6d086",
    "keys": CLIENT.keys,
    "types": ["Mailbox", "Email"],
}


class Device:
    """A client with credentials of its own. signed_in None: it sends the password of `account_id`."""

    def __init__(self, system: System, account_id: str, signed_in: SignedIn | None = None) -> None:
        self._system = system
        self._account_id = account_id
        self._session_id = holder(signed_in).session_id if signed_in else ""

    def call(self, name: str, **arguments: Any) -> tuple[str, JsonObject]:
        batch = JmapBatch(
            account_id=self._account_id,
            using=USING,
            session_id=self._session_id,
            calls=[Invocation(name=f"PushSubscription/{name}", arguments=arguments, call_id="0")],
        )
        (answer,) = self._system.auth.answer_push_calls(batch).responses
        return answer.name, answer.arguments

    def set(self, **arguments: Any) -> JsonObject:
        name, answer = self.call("set", **arguments)
        assert name == "PushSubscription/set", answer
        return answer

    def error(self, name: str, **arguments: Any) -> str:
        answered, error = self.call(name, **arguments)
        assert answered == "error", error
        return str(error["type"])

    def create(self, **given: Any) -> str:
        return str(self.set(create={"4f29": GIVEN | given})["created"]["4f29"]["id"])

    def refused(self, **given: Any) -> JsonObject:
        answer = self.set(create={"x": GIVEN | given})
        assert answer["created"] is None
        refusal: JsonObject = answer["notCreated"]["x"]
        return refusal

    def list(self) -> list[JsonObject]:
        _, answer = self.call("get", ids=None)
        found: list[JsonObject] = answer["list"]
        return found

    def code(self, id_: str) -> str:
        sql = "SELECT verification_code AS code FROM push_subscription WHERE subscription_id = %s"
        return str(self._system.rows(sql, id_)[0]["code"])


@pytest.fixture
def signed_in(system: System) -> SignedIn:
    return system.active_agent()


@pytest.fixture
def device(system: System, signed_in: SignedIn) -> Device:
    return Device(system, signed_in.agent.account_id, signed_in)


def test_7_2_a_subscription_is_made_and_told_without_its_address_and_keys(system: System, device: Device) -> None:
    made = device.set(create={"4f29": GIVEN})["created"]["4f29"]
    assert made["expires"] == "2026-12-03T08:00:00Z"
    assert device.call("get", ids=None)[1] == {
        "list": [
            {
                "id": made["id"],
                "deviceClientId": "a889-ffea-910",
                "verificationCode": None,
                "expires": "2026-12-03T08:00:00Z",
                "types": ["Mailbox", "Email"],
            }
        ],
        "notFound": [],
    }


def test_7_2_1_get_takes_ids_and_properties_and_no_account(device: Device) -> None:
    id_ = device.create()
    _, answer = device.call("get", ids=[id_, "Pother", id_], properties=["types"])
    assert answer == {"list": [{"id": id_, "types": ["Mailbox", "Email"]}], "notFound": ["Pother"]}
    assert device.error("get", accountId="a1") == "invalidArguments"
    assert device.error("get", properties=["id", "url"]) == "forbidden"
    assert device.error("get", properties=["keys"]) == "forbidden"
    assert device.error("get", properties=["colour"]) == "invalidArguments"
    assert device.error("set", accountId="a1") == "invalidArguments"
    assert device.error("set", ifInState="x") == "invalidArguments"


WRONG: list[tuple[JsonObject, str]] = [
    ({"url": "http://push.example.com/x"}, "url"),
    ({"url": "https://127.1/x"}, "url"),
    ({"url": "https://user@push.example.com/"}, "url"),
    ({"url": "https://localhost/"}, "url"),
    ({"url": "https://2130706433/"}, "url"),
    ({"url": 7}, "url"),
    ({"url": "https://push.example.com/" + "x" * 2_000}, "url"),
    ({"deviceClientId": ""}, "deviceClientId"),
    ({"verificationCode": "guessed"}, "verificationCode"),
    ({"id": "Pmine"}, "id"),
    ({"keys": {"p256dh": CLIENT.keys["p256dh"]}}, "keys"),
    ({"keys": CLIENT.keys | {"auth": b64(b"short")}}, "keys"),
    ({"keys": CLIENT.keys | {"p256dh": b64(bytes(65))}}, "keys"),
    ({"keys": CLIENT.keys | {"p256dh": "~~"}}, "keys"),
    ({"expires": "2026-11-26T07:59:59Z"}, "expires"),
    ({"expires": "demain"}, "expires"),
    ({"expires": "2026-13-26T07:59:59Z"}, "expires"),
    ({"types": "Email"}, "types"),
    ({"types": [1]}, "types"),
]


def test_7_2_2_what_cannot_be_is_refused_by_name(device: Device) -> None:
    for given, property_ in WRONG:
        refusal = device.refused(**given)
        assert (refusal["type"], refusal["properties"]) == ("invalidProperties", [property_]), given
    assert device.list() == []


def test_7_2_2_the_server_shortens_a_life_and_says_so(device: Device) -> None:
    made = device.set(create={"a": GIVEN | {"expires": "2027-01-01T00:00:00Z"}})["created"]["a"]
    assert made["expires"] == "2026-12-03T08:00:00Z"
    shorter = device.set(create={"b": GIVEN | {"expires": "2026-11-27T10:00:00Z"}})["created"]["b"]
    assert shorter["expires"] == "2026-11-27T10:00:00Z"
    longer = device.set(update={made["id"]: {"expires": "2028-01-01T00:00:00Z"}})
    assert longer["updated"] == {made["id"]: {"expires": "2026-12-03T08:00:00Z"}}
    exact = device.set(update={made["id"]: {"expires": "2026-11-28T00:00:00Z"}})
    assert exact["updated"] == {made["id"]: None}


def test_7_2_2_a_wrong_verification_code_is_refused_and_the_right_one_taken(device: Device) -> None:
    id_ = device.create()
    for wrong in ("", "wrong", None):
        refusal = device.set(update={id_: {"verificationCode": wrong}})["notUpdated"][id_]
        assert (refusal["type"], refusal["properties"]) == ("invalidProperties", ["verificationCode"])
    assert device.list()[0]["verificationCode"] is None
    code = device.code(id_)
    assert device.set(update={id_: {"verificationCode": code}})["updated"] == {id_: None}
    assert device.list()[0]["verificationCode"] == code


def test_7_2_2_address_keys_and_device_are_immutable(device: Device) -> None:
    id_ = device.create()
    for patch in (
        {"url": "https://elsewhere.example/"},
        {"deviceClientId": "other"},
        {"keys": CLIENT.keys},
        {"id": "P"},
    ):
        assert device.set(update={id_: patch})["notUpdated"][id_]["type"] == "invalidProperties"
    same = {"url": GIVEN["url"], "deviceClientId": GIVEN["deviceClientId"], "types": None}
    assert device.set(update={id_: same})["updated"] == {id_: None}
    assert device.list()[0]["types"] is None


def test_7_2_2_one_call_creates_changes_and_destroys(device: Device) -> None:
    old = device.create()
    answer = device.set(create={"new": GIVEN}, update={"#new": {"types": ["Email"]}}, destroy=[old, "Pgone"])
    id_ = answer["created"]["new"]["id"]
    assert answer["updated"] == {id_: None}
    assert answer["destroyed"] == [old]
    assert answer["notDestroyed"] == {"Pgone": {"type": "notFound"}}
    assert [(each["id"], each["types"]) for each in device.list()] == [(id_, ["Email"])]
    assert set(answer) == {"created", "updated", "destroyed", "notCreated", "notUpdated", "notDestroyed"}


def test_7_2_subscriptions_are_seen_by_the_credentials_that_made_them_alone(
    system: System, signed_in: SignedIn, device: Device
) -> None:
    account_id = signed_in.agent.account_id
    other, by_password = Device(system, account_id, system.sign_in()), Device(system, account_id)
    mine, theirs = device.create(), by_password.create()
    assert [each["id"] for each in device.list()] == [mine]
    assert [each["id"] for each in by_password.list()] == [theirs]
    assert other.list() == []
    for id_ in (mine, theirs):
        assert other.set(destroy=[id_])["notDestroyed"][id_]["type"] == "notFound"
        assert other.set(update={id_: {"types": None}})["notUpdated"][id_]["type"] == "notFound"


def rows(system: System) -> list[str]:
    return [row["subscription_id"] for row in system.rows("SELECT subscription_id FROM push_subscription")]


def test_7_2_a_subscription_ends_with_the_session_that_made_it(system: System, signed_in: SignedIn) -> None:
    account_id = signed_in.agent.account_id
    sessions = [system.sign_in() for _ in range(3)]
    devices = [Device(system, account_id, each) for each in sessions]
    ids = [each.create() for each in devices]
    staying = Device(system, account_id).create()
    system.auth.sign_out(token(sessions[0]))
    assert set(rows(system)) == {ids[1], ids[2], staying}
    end = SessionEnding(holder=holder(signed_in), session_id=holder(sessions[1]).session_id)
    system.auth.end_session(end)
    assert set(rows(system)) == {ids[2], staying}
    system.auth.end_other_sessions(AccountRequest(holder=holder(signed_in)))
    assert rows(system) == [staying]
    assert devices[0].error("set", create={"a": GIVEN}) == "forbidden"


def test_7_2_a_subscription_ends_with_a_session_that_lapses(system: System, device: Device) -> None:
    device.create()
    system.clock.advance(hours=13)
    system.auth.sweep()
    assert rows(system) == []


def test_7_2_a_new_password_ends_the_subscriptions_of_the_old_one(
    system: System, signed_in: SignedIn, device: Device
) -> None:
    Device(system, signed_in.agent.account_id).create()
    device.create()
    change = PasswordChange(
        holder=holder(signed_in), current=SecretStr(PASSWORD), password=SecretStr("tambour girafe nuage sept")
    )
    system.auth.change_password(change)
    assert rows(system) == []


def test_7_2_a_suspended_account_has_none_and_makes_none(system: System, signed_in: SignedIn) -> None:
    by_password = Device(system, signed_in.agent.account_id)
    by_password.create()
    system.auth.change_state(SUSPEND, "camille.brindacier", operator="DPE bureau 3")
    assert rows(system) == []
    assert by_password.error("set", create={"a": GIVEN}) == "forbidden"


def test_7_2_a_subscription_is_forgotten_once_it_has_expired(system: System, signed_in: SignedIn) -> None:
    by_password = Device(system, signed_in.agent.account_id)
    by_password.create(expires="2026-11-26T09:00:00Z")
    system.clock.advance(hours=1)
    assert by_password.list() == []
    system.auth.sweep()
    assert rows(system) == []


def test_an_account_has_so_many_at_most(system: System, signed_in: SignedIn, device: Device) -> None:
    by_password = Device(system, signed_in.agent.account_id)
    made = by_password.set(create={str(number): GIVEN for number in range(MOST_OF_ACCOUNT + 2)})
    assert len(made["created"]) == MOST_OF_ACCOUNT
    assert {each["type"] for each in made["notCreated"].values()} == {"overQuota"}
    assert device.refused()["type"] == "overQuota"
    by_password.set(destroy=[made["created"]["0"]["id"]])
    assert device.create()


def test_a_stranger_s_session_opens_nothing(system: System, signed_in: SignedIn) -> None:
    system.import_line(nom="Autre", numen="10E9812345ABD")
    (account,) = system.rows("SELECT account_id FROM account WHERE account_id <> %s", signed_in.agent.account_id)
    assert Device(system, account["account_id"], signed_in).error("set", create={"a": GIVEN}) == "forbidden"
