"""draft-ietf-jmap-calendars-26 §4 and §5, on a real database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.db import Database
from chassis.jmap.batch import run_batch
from contracts.auth import AccountChanged, AccountCreated, Agent
from contracts.jmap import Invocation, JmapBatch
from services.calendar.adapters.store import PostgresAgendaStore, save_account
from services.calendar.application.jmap.methods import methods
from services.calendar.application.prepare_agenda import prepare_agenda

ACCOUNT = "aaaaaaaaaaaaa"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
WEEK = {"after": "2026-11-23T00:00:00", "before": "2026-11-30T00:00:00"}


def agent(account_id: str = ACCOUNT) -> Agent:
    return Agent(
        account_id=account_id,
        address=f"{account_id}@ac-montpellier.example",
        given_name="Solène",
        family_name="Tournesol",
        category="enseignant 2nd degré",
        uai="0340001A",
        departement="Hérault",
    )


class Agenda:
    """One account's agenda, asked by JMAP."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._handlers = methods(PostgresAgendaStore(database), lambda: NOW)
        with database.transaction() as tx:
            prepare_agenda(save_account(tx, AccountCreated(sequence=1, agent=agent(), state="active")))
        (calendar,) = self("Calendar/get", ids=None)["list"]
        self.calendar: str = calendar["id"]

    def batch(self, *calls: tuple[str, dict[str, Any]], account: str = ACCOUNT) -> list[Invocation]:
        invocations = [
            Invocation(name=name, arguments={"accountId": account} | arguments, call_id=str(number))
            for number, (name, arguments) in enumerate(calls)
        ]
        batch = JmapBatch(account_id=account, using=[], calls=invocations)
        return run_batch(batch, self._handlers).responses

    def __call__(self, name: str, **arguments: Any) -> dict[str, Any]:
        (response,) = self.batch((name, arguments))
        return response.arguments if response.name != "error" else {"error": response.arguments["type"]}

    def add(self, **event: Any) -> str:
        outcome = self("CalendarEvent/set", create={"k": self.appointment(**event)})
        assert outcome["notCreated"] is None, outcome
        id_: str = outcome["created"]["k"]["id"]
        return id_

    def appointment(self, **more: Any) -> dict[str, Any]:
        return {
            "calendarIds": {self.calendar: True},
            "title": "Conseil de classe",
            "start": "2026-11-26T17:00:00",
            "timeZone": "Europe/Paris",
            "duration": "PT1H30M",
        } | more

    def weekly(self, **more: Any) -> str:
        return self.add(start="2026-11-02T08:30:00", recurrenceRule={"frequency": "weekly"}, **more)

    def week(self, **filter_: str) -> list[str]:
        ids: list[str] = self(
            "CalendarEvent/query", filter=WEEK | filter_, expandRecurrences=True, timeZone="Europe/Paris"
        )["ids"]
        return ids


@pytest.fixture
def agenda(database_url: Callable[[str], str]) -> Iterator[Agenda]:
    database = Database(database_url("calendar"), size=4)
    yield Agenda(database)
    database.close()


def test_a_new_agent_has_one_agenda_however_often_told(agenda: Agenda) -> None:
    with agenda.database.transaction() as tx:
        prepare_agenda(save_account(tx, AccountChanged(sequence=2, agent=agent(), state="active")))
    (calendar,) = agenda("Calendar/get", ids=None)["list"]
    assert (calendar["name"], calendar["isDefault"]) == ("Mon agenda", True)


def test_an_older_event_that_comes_late_changes_nothing(agenda: Agenda) -> None:
    with agenda.database.transaction() as tx:
        save_account(tx, AccountChanged(sequence=5, agent=agent(), state="suspended"))
        save_account(tx, AccountChanged(sequence=4, agent=agent(), state="active"))
        assert tx.only("SELECT state FROM account")["state"] == "suspended"


def test_5_8_create_then_get_gives_the_event_back(agenda: Agenda) -> None:
    id_ = agenda.add(locations={"1": {"name": "Salle 204"}})
    (event,) = agenda("CalendarEvent/get", ids=[id_])["list"]
    assert event["title"] == "Conseil de classe"
    assert event["locations"] == {"1": {"name": "Salle 204"}}
    assert event["calendarIds"] == {agenda.calendar: True}
    assert event["baseEventId"] is None
    assert "utcStart" not in event


def test_5_1_utc_times_come_when_asked_for(agenda: Agenda) -> None:
    id_ = agenda.add()
    (event,) = agenda("CalendarEvent/get", ids=[id_], properties=["utcStart", "utcEnd"])["list"]
    assert event == {"id": id_, "utcStart": "2026-11-26T16:00:00Z", "utcEnd": "2026-11-26T17:30:00Z"}


def test_5_10_a_week_holds_what_overlaps_it_in_order(agenda: Agenda) -> None:
    meeting = agenda.add()
    course = agenda.weekly()
    agenda.add(start="2026-11-30T08:00:00")
    agenda.add(start="2026-11-22T22:00:00", duration="PT2H")
    over_midnight = agenda.add(start="2026-11-22T23:00:00", duration="PT2H")
    assert agenda.week() == [over_midnight, f"{course}-20261123T083000", meeting]


def test_5_10_an_event_without_length_is_found_where_it_starts(agenda: Agenda) -> None:
    at_once = agenda.add(start="2026-11-23T00:00:00", duration="PT0S")
    assert agenda.week() == [at_once]


def test_5_10_far_ahead_the_index_is_extended_as_far_as_asked(agenda: Agenda) -> None:
    course = agenda.weekly()
    later = {"after": "2032-11-22T00:00:00", "before": "2032-11-29T00:00:00"}
    found = agenda("CalendarEvent/query", filter=later, expandRecurrences=True, timeZone="Europe/Paris")
    assert found["ids"] == [f"{course}-20321122T083000"]


def test_5_10_by_calendar_and_by_words_without_accents(agenda: Agenda) -> None:
    other = agenda("Calendar/set", create={"c": {"name": "Réunions"}})["created"]["c"]["id"]
    found = agenda.add(calendarIds={other: True}, title="Réunion d’équipe")
    agenda.add()
    assert agenda.week(inCalendar=other) == [found]
    assert agenda("CalendarEvent/query", filter={"text": "reunion"})["ids"] == [found]
    assert agenda("CalendarEvent/query", filter={"text": "100%"})["ids"] == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"filter": {}, "expandRecurrences": True}, "invalidArguments"),
        ({"filter": {"after": "hier"}}, "invalidArguments"),
        ({"filter": WEEK, "timeZone": "Mars/Olympus"}, "invalidArguments"),
        ({"filter": {"operator": "NOT", "conditions": [{}]}}, "unsupportedFilter"),
        ({"filter": {"colour": "red"}}, "unsupportedFilter"),
        ({"sort": [{"property": "title"}]}, "unsupportedSort"),
        (
            {"filter": {"after": "2026-01-01T00:00:00", "before": "2029-01-01T00:00:00"}, "expandRecurrences": True},
            "expandDurationTooLarge",
        ),
        ({"wrong": 1}, "invalidArguments"),
    ],
)
def test_5_10_what_cannot_be_asked(agenda: Agenda, arguments: dict[str, Any], error: str) -> None:
    assert agenda("CalendarEvent/query", **arguments) == {"error": error}


def test_5_8_moving_one_instance_leaves_the_others(agenda: Agenda) -> None:
    course = agenda.weekly()
    instance = f"{course}-20261123T083000"
    moved = agenda("CalendarEvent/set", update={instance: {"start": "2026-11-24T10:00:00", "title": "Déplacé"}})
    assert moved["updated"] == {instance: None}
    assert agenda.week() == [instance]
    (event,) = agenda("CalendarEvent/get", ids=[instance])["list"]
    assert (event["start"], event["title"]) == ("2026-11-24T10:00:00", "Déplacé")
    assert (event["baseEventId"], event["recurrenceId"]) == (course, "2026-11-23T08:30:00")
    (next_week,) = agenda("CalendarEvent/get", ids=[f"{course}-20261130T083000"])["list"]
    assert next_week["title"] == "Conseil de classe"


def test_5_8_destroying_one_instance_leaves_the_others(agenda: Agenda) -> None:
    course = agenda.weekly()
    instance = f"{course}-20261123T083000"
    assert agenda("CalendarEvent/set", destroy=[instance])["destroyed"] == [instance]
    assert agenda.week() == []
    assert agenda("CalendarEvent/get", ids=[instance, course])["notFound"] == [instance]
    assert agenda("CalendarEvent/set", destroy=[instance])["notDestroyed"] == {instance: {"type": "notFound"}}


def test_5_8_moving_and_destroying_a_whole_series(agenda: Agenda) -> None:
    course = agenda.weekly()
    agenda("CalendarEvent/set", update={course: {"start": "2026-11-03T09:00:00"}})
    assert agenda.week() == [f"{course}-20261124T090000"]
    agenda("CalendarEvent/set", destroy=[course])
    assert agenda.week() == []


@pytest.mark.parametrize(
    ("change", "property_"),
    [
        ({"calendarIds": {"c999": True}}, "calendarIds"),
        ({"calendarIds": {}}, "calendarIds"),
        ({"start": "tomorrow"}, "start"),
        ({"id": "e1"}, "id"),
        ({"unknown": True}, "unknown"),
    ],
)
def test_5_8_an_invalid_event_is_refused_by_name(agenda: Agenda, change: dict[str, Any], property_: str) -> None:
    outcome = agenda("CalendarEvent/set", create={"k": agenda.appointment(**change), "good": agenda.appointment()})
    assert outcome["notCreated"]["k"]["type"] == "invalidProperties"
    assert property_ in outcome["notCreated"]["k"]["properties"]
    assert "good" in outcome["created"]


def test_5_8_one_call_cannot_make_everybody_wait(agenda: Agenda) -> None:
    rule = {"frequency": "daily", "byMonth": ["2"], "byMonthDay": [30]}
    ancient = agenda.appointment(start="1900-01-02T08:30:00", recurrenceRule=rule)
    outcome = agenda("CalendarEvent/set", create={f"k{number}": ancient for number in range(20)})
    assert {error["type"] for error in outcome["notCreated"].values()} == {"rateLimit"}
    more = agenda("CalendarEvent/set", create={"k": ancient})["created"]
    far = [f"{made['id']}-21990102T083000" for made in [*outcome["created"].values(), *more.values()]]
    assert agenda("CalendarEvent/get", ids=far) == {"error": "requestTooLarge"}


def test_5_8_an_instance_of_no_time_is_not_found(agenda: Agenda) -> None:
    course = agenda.weekly()
    ids = [f"{course}-20269999T083000", f"{course}-99991230T000000"]
    assert agenda("CalendarEvent/get", ids=ids)["notFound"] == ids


def test_5_8_states_move_with_each_change_and_tell_the_gateways(agenda: Agenda) -> None:
    before = agenda("CalendarEvent/get", ids=[])["state"]
    agenda.add()
    after = agenda("CalendarEvent/get", ids=[])["state"]
    assert before != after
    assert agenda("CalendarEvent/set", ifInState=before, destroy=[]) == {"error": "stateMismatch"}
    with agenda.database.transaction() as tx:
        rows = tx.all("SELECT payload FROM outbox WHERE routing_key = 'calendar.state.changed' ORDER BY position")
    assert f'"CalendarEvent":"{after}"' in rows[-1]["payload"]


def test_4_destroying_a_calendar_needs_its_events_gone_or_a_word(agenda: Agenda) -> None:
    other = agenda("Calendar/set", create={"c": {"name": "Sorties", "color": "#14623F"}})["created"]["c"]["id"]
    event = agenda.add(calendarIds={other: True})
    refused = agenda("Calendar/set", destroy=[other, agenda.calendar])["notDestroyed"]
    assert refused[other]["type"] == "calendarHasEvent"
    assert refused[agenda.calendar]["type"] == "forbidden"
    assert agenda("Calendar/set", destroy=[other], onDestroyRemoveEvents=True)["destroyed"] == [other]
    assert agenda("CalendarEvent/get", ids=[event])["notFound"] == [event]


def test_4_destroying_an_empty_calendar_leaves_the_events_state(agenda: Agenda) -> None:
    other = agenda("Calendar/set", create={"c": {"name": "Vide"}})["created"]["c"]["id"]
    full = agenda("Calendar/set", create={"c": {"name": "Sorties"}})["created"]["c"]["id"]
    agenda.add(calendarIds={full: True})
    before = agenda("CalendarEvent/get", ids=[])["state"]
    agenda("Calendar/set", destroy=[other])
    assert agenda("CalendarEvent/get", ids=[])["state"] == before
    agenda("Calendar/set", destroy=[full], onDestroyRemoveEvents=True)
    assert agenda("CalendarEvent/get", ids=[])["state"] != before


def test_4_a_calendar_is_renamed_hidden_and_coloured(agenda: Agenda) -> None:
    patch = {"name": "Cours", "isVisible": False, "color": "#A81E36"}
    assert agenda("Calendar/set", update={agenda.calendar: patch})["updated"] == {agenda.calendar: None}
    (calendar,) = agenda("Calendar/get", ids=[agenda.calendar], properties=list(patch))["list"]
    assert calendar == patch | {"id": agenda.calendar}
    wrong = agenda("Calendar/set", update={agenda.calendar: {"color": "url(//evil)"}})["notUpdated"]
    assert wrong[agenda.calendar]["properties"] == ["color"]


def test_query_and_get_in_one_batch(agenda: Agenda) -> None:
    id_ = agenda.add()
    reference = {"resultOf": "0", "name": "CalendarEvent/query", "path": "/ids"}
    responses = agenda.batch(
        ("CalendarEvent/query", {"filter": WEEK, "expandRecurrences": True}),
        ("CalendarEvent/get", {"#ids": reference, "properties": ["title"]}),
    )
    assert responses[1].arguments["list"] == [{"id": id_, "title": "Conseil de classe"}]


def test_another_account_sees_nothing(agenda: Agenda) -> None:
    event = agenda.add()
    stranger = "abbbbbbbbbbbb"
    (unknown,) = agenda.batch(("CalendarEvent/get", {"ids": [event]}), account=stranger)
    assert unknown.arguments["type"] == "accountNotFound"
    with agenda.database.transaction() as tx:
        prepare_agenda(save_account(tx, AccountCreated(sequence=2, agent=agent(stranger), state="active")))
    (nothing,) = agenda.batch(("CalendarEvent/get", {"ids": [event]}), account=stranger)
    assert nothing.arguments["notFound"] == [event]
