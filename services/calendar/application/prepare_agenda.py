"""A new agent finds an agenda ready: the account and its first calendar."""

from services.calendar.application.ports import Agendas

FIRST_CALENDAR = "Mon agenda"
FIRST_COLOR = "#14623F"


def prepare_agenda(agendas: Agendas) -> None:
    """Doing it twice leaves one calendar."""
    if not agendas.calendars():
        agendas.add_calendar(FIRST_CALENDAR, FIRST_COLOR, 0, is_default=True)
        agendas.changed("Calendar")
