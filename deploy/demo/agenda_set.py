"""A teacher's week in the agenda."""

import tomllib
from datetime import date, timedelta
from typing import Any

from chassis.rpc_client import RpcClient
from contracts.calendar import CalendarApi
from deploy.demo.accounts import FOLDER, Account
from deploy.demo.jmap import ask, wait_for_account

TIME_ZONE = "Europe/Paris"
WEEKS_SINCE_TERM_BEGAN = 8
WEEKS_OF_A_TERM = 34


async def load_agenda(client: RpcClient, accounts: list[Account], today: date) -> int:
    """Returns how many events were made; none when the agenda is not empty."""
    document = tomllib.loads((FOLDER / "agenda.toml").read_text(encoding="utf-8"))
    account_id = owner(accounts, document["owner"])
    await wait_for_account(client, CalendarApi.jmap, account_id, "Calendar/get")
    if (await ask(client, CalendarApi.jmap, account_id, "CalendarEvent/query", limit=1))["ids"]:
        return 0
    calendars = {entry["key"]: {"name": entry["name"], "color": entry["color"]} for entry in document["calendar"]}
    made = await ask(client, CalendarApi.jmap, account_id, "Calendar/set", create=calendars)
    ids = {key: created["id"] for key, created in made["created"].items()}
    events = {
        f"k{number}": _event(entry, ids[entry["calendar"]], today) for number, entry in enumerate(document["event"])
    }
    outcome = await ask(client, CalendarApi.jmap, account_id, "CalendarEvent/set", create=events)
    return len(outcome["created"] or {})


def owner(accounts: list[Account], given_name: str) -> str:
    """The account whose address begins with that name."""
    return next(account.account_id for account in accounts if account.address.startswith(f"{given_name}."))


def _event(entry: dict[str, Any], calendar: str, today: date) -> dict[str, Any]:
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=entry["day"])
    if weekly := entry.get("weekly", False):
        day -= timedelta(weeks=WEEKS_SINCE_TERM_BEGAN)
    event: dict[str, Any] = {
        "calendarIds": {calendar: True},
        "title": entry["title"],
        "start": f"{day}T{entry.get('start', '00:00')}:00",
        "timeZone": None if entry.get("all_day") else TIME_ZONE,
        "duration": entry.get("duration", "P1D"),
        "showWithoutTime": bool(entry.get("all_day")),
    }
    if weekly:
        event["recurrenceRule"] = {"@type": "RecurrenceRule", "frequency": "weekly", "count": WEEKS_OF_A_TERM}
    if "place" in entry:
        event["locations"] = {"1": {"@type": "Location", "name": entry["place"]}}
    return event
