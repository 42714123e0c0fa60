"""The generated staff: the same each time, and fit to be imported."""

from datetime import date

from chassis.settings import institution
from deploy.local.layout import SETTINGS
from services.auth.application.agent_row import RowReader
from tests.bench.people import people

TODAY = date(2026, 11, 26)


def test_the_same_numbers_give_the_same_people() -> None:
    assert list(people(200)) == list(people(200))
    assert list(people(100, 100)) == list(people(200))[100:]


def test_every_line_goes_in_and_brings_somebody_new() -> None:
    reader = RowReader(institution(str(SETTINGS)).auth, TODAY)
    rows = [reader.read(line, values) for line, values in enumerate(people(3_000), start=2)]
    assert len({row.numen for row in rows}) == len(rows)
    assert len({row.base for row in rows}) < len(rows)
