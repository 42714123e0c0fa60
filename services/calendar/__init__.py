"""Agendas: calendars and their events, over JMAP."""
