"""Calls of one request over several services (RFC 8620 §3.3 to §3.7)."""

import asyncio
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest

from chassis.blobs.files import FileBlobStore
from chassis.jmap.batch import Call, Handler
from chassis.jmap.errors import MethodError
from chassis.settings import MailPolicy
from contracts.base import Contract
from contracts.errors import ErrorCode, ServiceError
from contracts.jmap import Invocation, JsonObject
from services.gateway.blobs.threads import DiskThreads
from services.gateway.jmap.dispatch import Dispatcher
from services.gateway.jmap.methods import calendar, contacts, mail
from services.gateway.jmap.methods.service import Registry
from services.gateway.jmap.request import ApiRequest
from services.gateway.limits import Limits
from services.gateway.tests.in_memory import InMemoryBus
from services.gateway.tests.people import ACCOUNT

USING = [
    "urn:ietf:params:jmap:core",
    "urn:ietf:params:jmap:mail",
    "urn:ietf:params:jmap:calendars",
    "urn:ietf:params:jmap:contacts",
]
Answers = list[tuple[str, JsonObject, str]]


def query(call: Call, arguments: JsonObject) -> JsonObject:
    return {"accountId": call.account_id, "ids": ["e1", "e2"]}


def get(call: Call, arguments: JsonObject) -> JsonObject:
    return {
        "accountId": call.account_id,
        "state": "s",
        "list": [{"id": id_} for id_ in arguments["ids"]],
        "notFound": [],
    }


def set_(call: Call, arguments: JsonObject) -> JsonObject:
    created = {key: {"id": f"id-{key}"} for key in arguments.get("create", {})}
    call.created_ids.update({key: value["id"] for key, value in created.items()})
    return {"accountId": call.account_id, "created": created, "seen": dict(call.created_ids)}


def refuse(call: Call, arguments: JsonObject) -> JsonObject:
    raise MethodError("cannotCalculateChanges")


MAIL: Mapping[str, Handler] = {"Email/query": query, "Email/get": get, "Mailbox/set": set_, "Email/changes": refuse}
CALENDAR: Mapping[str, Handler] = {"CalendarEvent/get": get, "Calendar/set": set_}
CONTACTS: Mapping[str, Handler] = {"ContactCard/get": get}


class System:
    def __init__(self, root: Path, limits: Limits, **services: Mapping[str, Handler]) -> None:
        self.bus = InMemoryBus(services)
        methods = mail.methods(FileBlobStore(root), DiskThreads(1), MailPolicy())
        registry = Registry(methods, calendar.METHODS, contacts.METHODS)
        self.dispatcher = Dispatcher(self.bus, registry, limits)

    def run(
        self, *calls: tuple[str, JsonObject, str], using: list[str] = USING, created: dict[str, str] | None = None
    ) -> Answers:
        return self.run_with_ids(*calls, using=using, created=created)[0]

    def run_with_ids(
        self, *calls: tuple[str, JsonObject, str], using: list[str] = USING, created: dict[str, str] | None = None
    ) -> tuple[Answers, dict[str, str]]:
        invocations = [Invocation(name=n, arguments=a, call_id=c) for n, a, c in calls]
        request = ApiRequest(using, invocations, created)
        responses, created_ids = asyncio.run(self.dispatcher.run(request, ACCOUNT))
        return [(given.name, given.arguments, given.call_id) for given in responses], created_ids


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all tests: making its folders takes longer than they do."""
    return tmp_path_factory.mktemp("blobs")


@pytest.fixture
def system(root: Path) -> System:
    return System(root, Limits(), mail=MAIL, calendar=CALENDAR, contacts=CONTACTS)


def own(**arguments: object) -> JsonObject:
    return {"accountId": ACCOUNT, **arguments}


def ref(call_id: str, name: str, path: str) -> JsonObject:
    return {"resultOf": call_id, "name": name, "path": path}


def types(answers: Answers) -> list[str]:
    return [arguments["type"] if name == "error" else name for name, arguments, _ in answers]


def test_calls_of_one_service_are_one_message_with_its_references_left_inside(system: System) -> None:
    answers = system.run(
        ("Email/query", own(), "0"), ("Email/get", own(**{"#ids": ref("0", "Email/query", "/ids")}), "1")
    )
    assert types(answers) == ["Email/query", "Email/get"]
    assert [item["id"] for item in answers[1][1]["list"]] == ["e1", "e2"]
    (batch,) = system.bus.batches("mail")
    assert "#ids" in batch.calls[1].arguments


def test_a_reference_to_another_service_is_resolved_on_the_way(system: System) -> None:
    answers = system.run(
        ("Email/query", own(), "0"),
        ("CalendarEvent/get", own(**{"#ids": ref("0", "Email/query", "/ids")}), "1"),
        ("Email/get", own(**{"#ids": ref("1", "CalendarEvent/get", "/list/*/id")}), "2"),
    )
    assert types(answers) == ["Email/query", "CalendarEvent/get", "Email/get"]
    assert [item["id"] for item in answers[2][1]["list"]] == ["e1", "e2"]


def test_services_that_do_not_wait_for_each_other_work_at_once_and_answer_in_order(system: System) -> None:
    met = asyncio.Barrier(3)

    async def meet(name: str, request: Contract) -> None:
        async with asyncio.timeout(2):
            await met.wait()

    system.bus.before = meet
    answers = system.run(
        ("ContactCard/get", own(ids=["c"]), "c"),
        ("Email/get", own(ids=["e"]), "b"),
        ("CalendarEvent/get", own(ids=["d"]), "a"),
    )
    assert [(name, call_id) for name, _, call_id in answers] == [
        ("ContactCard/get", "c"),
        ("Email/get", "b"),
        ("CalendarEvent/get", "a"),
    ]


def test_a_dead_service_costs_its_own_methods_only(root: Path) -> None:
    system = System(root, Limits(), mail=MAIL)
    answers = system.run(
        ("Email/query", own(), "0"),
        ("CalendarEvent/get", own(ids=["x"]), "1"),
        ("Email/get", own(**{"#ids": ref("1", "CalendarEvent/get", "/list/*/id")}), "2"),
        ("Email/query", own(), "3"),
    )
    assert types(answers) == ["Email/query", "serverUnavailable", "invalidResultReference", "Email/query"]


def test_a_failed_producer_and_a_missing_one_are_invalid_result_references(system: System) -> None:
    answers = system.run(
        ("Email/changes", own(), "0"),
        ("Email/get", own(**{"#ids": ref("0", "Email/changes", "/created")}), "1"),
        ("CalendarEvent/get", own(**{"#ids": ref("0", "Email/changes", "/created")}), "2"),
        ("Email/get", own(**{"#ids": ref("nowhere", "Email/query", "/ids")}), "3"),
    )
    assert types(answers) == ["cannotCalculateChanges"] + ["invalidResultReference"] * 3


def test_the_same_argument_twice_is_invalid_arguments(system: System) -> None:
    answers = system.run(
        ("Email/query", own(), "0"),
        ("CalendarEvent/get", own(ids=["x"], **{"#ids": ref("0", "Email/query", "/ids")}), "1"),
    )
    assert types(answers) == ["Email/query", "invalidArguments"]


def test_creation_ids_cross_services_and_come_back(system: System) -> None:
    answers, created = system.run_with_ids(
        ("Mailbox/set", own(create={"k1": {}}), "0"),
        ("Calendar/set", own(create={"k2": {"about": "#k1"}}), "1"),
        created={"k0": "given"},
    )
    assert types(answers) == ["Mailbox/set", "Calendar/set"]
    assert answers[1][1]["seen"] == {"k0": "given", "k1": "id-k1", "k2": "id-k2"}
    assert created == {"k0": "given", "k1": "id-k1", "k2": "id-k2"}


@pytest.mark.parametrize("using", [[], ["urn:ietf:params:jmap:core"]])
def test_a_method_outside_using_is_unknown(system: System, using: list[str]) -> None:
    answers = system.run(("Email/get", own(ids=[]), "0"), ("Nothing/get", own(), "1"), ("Email", {}, "2"), using=using)
    assert types(answers) == ["unknownMethod"] * 3
    assert system.bus.calls == []


def test_core_echo_answers_its_arguments_if_core_is_used(system: System) -> None:
    assert system.run(("Core/echo", {"hello": [1, None]}, "x")) == [("Core/echo", {"hello": [1, None]}, "x")]
    assert types(system.run(("Core/echo", {}, "x"), using=[])) == ["unknownMethod"]


def test_another_account_is_not_found_and_a_missing_one_invalid(system: System) -> None:
    answers = system.run(
        ("Email/get", {"accountId": "aother", "ids": []}, "0"),
        ("Email/get", {"ids": []}, "1"),
        ("Email/copy", own(fromAccountId="aother"), "2"),
        ("Email/get", own(ids=[]), "3"),
    )
    assert types(answers) == ["accountNotFound", "invalidArguments", "fromAccountNotFound", "Email/get"]


def test_refused_calls_keep_their_place_even_under_one_id(system: System) -> None:
    answers = system.run(
        ("Email/get", own(ids=["1"]), "same"),
        ("Email/get", {"accountId": "aother"}, "same"),
        ("Email/get", own(ids=["3"]), "same"),
    )
    assert types(answers) == ["Email/get", "accountNotFound", "Email/get"]
    assert answers[2][1]["list"] == [{"id": "3"}]


def test_more_objects_than_announced_are_refused(root: Path) -> None:
    system = System(root, Limits(max_objects_in_get=2, max_objects_in_set=1), mail=MAIL)
    answers = system.run(
        ("Email/get", own(ids=["1", "2", "3"]), "0"), ("Mailbox/set", own(create={"a": {}}, destroy=["b"]), "1")
    )
    assert types(answers) == ["requestTooLarge", "requestTooLarge"]


def test_a_batch_larger_than_the_bus_goes_in_several_with_its_references_kept(system: System) -> None:
    ids = [f"{'x' * 200}{number}" for number in range(900)]
    answers = system.run(
        ("Email/get", own(ids=ids), "0"),
        ("Email/get", own(ids=ids), "1"),
        ("Email/get", own(**{"#ids": ref("1", "Email/get", "/list/*/id")}), "2"),
    )
    assert types(answers) == ["Email/get"] * 3
    assert all(len(arguments["list"]) == 900 for _, arguments, _ in answers)
    assert len(system.bus.batches("mail")) >= 3


def test_one_call_larger_than_the_bus_is_refused_clearly(system: System) -> None:
    answers = system.run(("Mailbox/set", own(create={"k": {"name": "x" * 300_000}}), "0"), ("Email/query", own(), "1"))
    assert types(answers) == ["requestTooLarge", "Email/query"]


def test_an_answer_larger_than_the_bus_comes_in_pieces(root: Path) -> None:
    def big(call: Call, arguments: JsonObject) -> JsonObject:
        found = [{"id": id_, "text": "x" * 2_000} for id_ in arguments["ids"] if id_ != "lost"]
        missing = ["lost"] if "lost" in arguments["ids"] else []
        return {"accountId": ACCOUNT, "state": "s", "list": found, "notFound": missing}

    def write(call: Call, arguments: JsonObject) -> JsonObject:
        written.extend(arguments["create"])
        return set_(call, arguments)

    written: list[str] = []
    system = System(root, Limits(), mail={"Email/get": big, "Mailbox/set": write}, contacts=CONTACTS)
    ids = [f"e{number}" for number in range(500)]
    answers = system.run(
        ("Mailbox/set", own(create={"k": {}}), "0"),
        ("Email/get", own(ids=[*ids, "lost"]), "1"),
        ("Mailbox/set", own(create={"l": {}}), "2"),
        ("ContactCard/get", own(**{"#ids": ref("1", "Email/get", "/list/*/id")}), "3"),
    )
    assert types(answers) == ["Mailbox/set", "Email/get", "Mailbox/set", "ContactCard/get"]
    assert [item["id"] for item in answers[1][1]["list"]] == ids
    assert answers[1][1]["notFound"] == ["lost"]
    assert len(answers[3][1]["list"]) == 500
    assert written == ["k", "l"]


def test_an_answer_past_the_response_bound_is_refused(root: Path) -> None:
    def big(call: Call, arguments: JsonObject) -> JsonObject:
        return {
            "accountId": ACCOUNT,
            "state": "s",
            "list": [{"id": i, "t": "x" * 9_000} for i in arguments["ids"]],
            "notFound": [],
        }

    system = System(root, Limits(max_response_bytes=500_000), mail={"Email/get": big})
    answers = system.run(("Email/get", own(ids=[str(number) for number in range(100)]), "0"))
    assert types(answers) == ["requestTooLarge"]


def test_one_object_too_large_for_the_bus_ends_the_splitting(root: Path) -> None:
    def big(call: Call, arguments: JsonObject) -> JsonObject:
        sizes = {"big": 300_000}
        found = [{"id": id_, "t": "x" * sizes.get(id_, 10)} for id_ in arguments["ids"]]
        return {"accountId": ACCOUNT, "state": "s", "list": found, "notFound": []}

    system = System(root, Limits(), mail={"Email/get": big})
    assert types(system.run(("Email/get", own(ids=["a", "b", "big", "c"]), "0"))) == ["requestTooLarge"]
    assert len(system.bus.batches("mail")) < 10


@pytest.mark.parametrize(
    ("error", "read", "write"),
    [
        (ServiceError(ErrorCode.UNAVAILABLE), "serverUnavailable", "serverUnavailable"),
        (ServiceError(ErrorCode.UNAVAILABLE, details={"interrupted": True}), "serverUnavailable", "serverPartialFail"),
        (ServiceError(ErrorCode.DEADLINE_EXCEEDED), "serverUnavailable", "serverPartialFail"),
        (ServiceError(ErrorCode.TOO_LARGE), "requestTooLarge", "serverPartialFail"),
        (ServiceError(ErrorCode.INTERNAL), "serverFail", "serverFail"),
    ],
)
def test_a_write_of_which_nobody_knows_is_told_apart(
    system: System, error: ServiceError, read: str, write: str
) -> None:
    async def fail(name: str, request: Contract) -> None:
        raise error

    system.bus.before = fail
    assert types(system.run(("Email/get", own(ids=[]), "0"), ("Mailbox/set", own(), "1"))) == [read, write]


def test_time_used_up_by_one_service_is_not_given_to_the_next(root: Path) -> None:
    system = System(root, Limits(request_seconds=0.05), mail=MAIL, calendar=CALENDAR)

    async def dawdle(name: str, request: Contract) -> None:
        await asyncio.sleep(0.06)

    system.bus.before = dawdle
    answers = system.run(
        ("Email/query", own(), "0"), ("CalendarEvent/get", own(**{"#ids": ref("0", "Email/query", "/ids")}), "1")
    )
    assert types(answers) == ["Email/query", "serverUnavailable"]


def test_a_service_that_is_gone_does_not_hold_up_the_others(root: Path) -> None:
    system = System(root, Limits(patience_seconds=0.05, ping_seconds=0.05), mail=MAIL, calendar=CALENDAR)

    async def swallow(name: str, request: Contract) -> None:
        if name == "calendar.jmap":
            await asyncio.Event().wait()
        if name == "calendar.ping":
            raise ServiceError(ErrorCode.DEADLINE_EXCEEDED)

    system.bus.before = swallow
    calls = [("Email/query", own(), "0"), ("CalendarEvent/get", own(ids=[]), "1"), ("Calendar/set", own(), "2")]
    assert types(system.run(*calls)) == ["Email/query", "serverUnavailable", "serverPartialFail"]
    assert sum(name == "calendar.ping" for name, _ in system.bus.calls) == 1


def test_a_slow_service_that_answers_pings_is_waited_for(root: Path) -> None:
    system = System(root, Limits(patience_seconds=0.02, ping_seconds=0.05), calendar=CALENDAR)

    async def dawdle(name: str, request: Contract) -> None:
        if name == "calendar.jmap":
            await asyncio.sleep(0.15)

    system.bus.before = dawdle
    assert types(system.run(("CalendarEvent/get", own(ids=[]), "0"))) == ["CalendarEvent/get"]
    assert sum(name == "calendar.ping" for name, _ in system.bus.calls) > 1


def test_an_echo_does_not_hand_back_a_reference_that_leads_nowhere(system: System) -> None:
    answers = system.run(
        ("Core/echo", {"#x": ref("9", "Email/get", "/list")}, "0"),
        ("Core/echo", {"#x": 1}, "1"),
        ("Core/echo", {"#x": ref("9", "Email/get", ""), "x": 1}, "2"),
    )
    assert types(answers) == ["invalidResultReference", "invalidResultReference", "invalidArguments"]


def test_a_malformed_reference_beside_a_good_one_is_refused_by_itself(system: System) -> None:
    answers = system.run(
        ("Email/query", own(), "0"),
        (
            "CalendarEvent/get",
            own(**{"#ids": ref("0", "Email/query", "/ids"), "#properties": {"resultOf": ["0"], "name": "x"}}),
            "1",
        ),
    )
    assert types(answers) == ["Email/query", "invalidResultReference"]


def doubling(steps: int) -> list[tuple[str, JsonObject, str]]:
    """Each echo holds the one before it twice: written out, the last would be 2**steps times the first."""
    both = [{f"#{name}": ref(str(step), "Core/echo", "") for name in "ab"} for step in range(steps)]
    return [("Core/echo", {"a": 1}, "0")] + [
        ("Core/echo", arguments, str(step)) for step, arguments in enumerate(both, start=1)
    ]


def test_echoes_of_echoes_cost_what_they_would_be_written_out(root: Path) -> None:
    bound = 100_000
    system = System(root, Limits(max_response_bytes=bound), mail=MAIL)
    tracemalloc.start()
    answers = system.run(*doubling(63))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "requestTooLarge" in types(answers)
    assert types(answers)[:8] == ["Core/echo"] * 8
    assert len(orjson.dumps(answers)) < 2 * bound
    assert peak < 5_000_000


def test_a_service_gets_no_more_by_references_than_the_response_may_carry(root: Path) -> None:
    system = System(root, Limits(max_response_bytes=20_000), calendar=CALENDAR)
    calls = doubling(6)
    large = (
        "CalendarEvent/get",
        own(ids=[], **{"#x": ref("6", "Core/echo", ""), "#y": ref("6", "Core/echo", "")}),
        "s",
    )
    answers = system.run(*calls, large, ("CalendarEvent/get", own(ids=["after"]), "t"))
    assert types(answers[-3:]) == ["Core/echo", "requestTooLarge", "CalendarEvent/get"]


def test_a_reference_is_paid_for_once_however_often_its_call_is_prepared(root: Path) -> None:
    text = "x" * 100_000
    echo = ("Core/echo", {"text": text, "ids": []}, "0")
    gets = [
        ("CalendarEvent/get", own(**{"ids": [], "#text": ref("0", "Core/echo", "/text")}), str(number))
        for number in range(1, 5)
    ]
    system = System(root, Limits(max_response_bytes=410_000), calendar=CALENDAR)
    assert types(system.run(echo, *gets)) == ["Core/echo"] + ["CalendarEvent/get"] * 4
    assert len(system.bus.batches("calendar")) == 2


def test_creations_by_reference_are_seen_before_mail_gets_them(root: Path) -> None:
    forged = {"k": {"bodyValues": {"1": {"value": {"blob": "0" * 64, "size": 3}}}}}

    def answer(call: Call, arguments: JsonObject) -> JsonObject:
        return {"accountId": call.account_id, "forged": forged}

    system = System(root, Limits(), mail={"Email/query": answer, "Email/set": set_})
    refused = system.run(
        ("Email/query", own(), "0"),
        ("Email/set", own(**{"#create": ref("0", "Email/query", "/forged")}), "1"),
        ("Email/set", own(**{"#create": ref("nowhere", "Email/query", "/forged")}), "2"),
        ("Core/echo", {"c": forged, "r": ref("0", "Email/query", "/forged")}, "3"),
        ("Email/set", own(**{"#create": ref("3", "Core/echo", "/c")}), "4"),
        ("Email/set", own(**{"##create": ref("3", "Core/echo", "/r")}), "5"),
    )
    assert types(refused) == [
        "Email/query",
        "Email/set",
        "invalidResultReference",
        "Core/echo",
        "Email/set",
        "invalidResultReference",
    ]
    sent = [call.arguments for batch in system.bus.batches("mail") for call in batch.calls if call.name == "Email/set"]
    assert [arguments["create"]["k"]["bodyValues"] for arguments in sent] == [{"1": {"value": None}}] * 2
