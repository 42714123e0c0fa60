"""JMAP methods of calendars (draft-ietf-jmap-calendars-26)."""
