"""Keeps the occurrence index as far ahead as somebody looks."""

from datetime import datetime

from services.calendar.application.ports import Agendas, Json
from services.calendar.domain.recurrence import HORIZON, MAX_HORIZON, expand

MAX_SERIES_PER_QUESTION = 1_000


def index_event(agendas: Agendas, number: int, data: Json, now: datetime) -> None:
    """Computes the occurrences of an event that was just written."""
    _index(agendas, number, data, now + HORIZON)


def reach(agendas: Agendas, moment: datetime, now: datetime) -> None:
    """Computes what is missing of every series up to `moment`, within MAX_HORIZON of now."""
    until = min(moment, now + MAX_HORIZON)
    for event in agendas.to_index(until, MAX_SERIES_PER_QUESTION):
        _index(agendas, event.number, event.data, until + HORIZON)


def _index(agendas: Agendas, number: int, data: Json, until: datetime) -> None:
    expansion = expand(data, until)
    agendas.index(number, expansion.occurrences, None if expansion.complete else until)
