"""A message whose summary the store refuses again and again is offered with less and less of it. Pure.

Its agent then misses what was derived (a date, words to search), never the message: the original is a blob.
"""

from typing import Any

from services.mail.domain.mime.summary import ParseSummary

PATIENCE = 2
"""Failures before the first reduction: most pass by themselves."""

_STEPS: tuple[dict[str, Any], ...] = (
    {"sent_at": None},
    {"search_text": "", "preview": ""},
    {"message_id": None, "in_reply_to": None, "references": None},
    {"from_": None, "to": None, "cc": None, "bcc": None, "reply_to": None, "sender": None},
    {"subject": None, "base_subject": "", "invitation": None, "headers": [], "headers_truncated": True},
)


def reduced(summary: ParseSummary, failures: int) -> ParseSummary:
    """`summary` without what may be at fault after so many failures; from the seventh on, bare."""
    update: dict[str, Any] = {}
    for step in _STEPS[: max(0, failures - PATIENCE + 1)]:
        update |= step
    return summary.model_copy(update=update)
