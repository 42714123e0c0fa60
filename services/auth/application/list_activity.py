"""« Activité de mon compte »: the agent's own lines of the trail, page by page."""

import re
from datetime import date

from contracts.account import MAX_ACTIVITY_PAGE, Activity, ActivityLine, ActivityRequest
from contracts.errors import ErrorCode, ServiceError
from services.auth.application.ports import Clock, Describe, Store, Whereabouts
from services.auth.application.sessions import Sessions
from services.auth.domain.trail import By, Line, month_of, months_before

_PLACE = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])\.([1-9][0-9]{0,17})", re.ASCII)
_KEPT_TO_THE_ADMINISTRATION = frozenset({"operator", "reason"})
_NOWHERE = Whereabouts("", "", "")


class ListActivity:
    def __init__(self, store: Store, sessions: Sessions, describe: Describe, clock: Clock, months: int) -> None:
        """`months`: how long lines are kept, as EraseTrail keeps them; what is over but not erased yet is not shown."""
        self._store = store
        self._sessions = sessions
        self._describe = describe
        self._clock = clock
        self._months = months

    def __call__(self, request: ActivityRequest) -> Activity:
        """All about the account, whoever did it; never the name of an operator. Raises ServiceError not-found, or
        invalid-request for a `before` that no page gave."""
        account_id = request.holder.account_id
        before = _place(request.before) if request.before else None
        limit = min(max(request.limit, 1), MAX_ACTIVITY_PAGE)
        since = months_before(month_of(self._clock()), self._months)
        with self._store.begin() as tx:
            self._sessions.of(tx, request.holder)
            lines = tx.lines_of_account(account_id, since, before, limit + 1)
        page = lines[:limit]
        more = len(lines) > limit
        return Activity(lines=[self._told(line) for line in page], next=_cursor(page[-1]) if more else "")

    def _told(self, line: Line) -> ActivityLine:
        at_a_screen = line.source or line.user_agent
        where = self._describe(line.user_agent, line.source) if at_a_screen else _NOWHERE
        return ActivityLine(
            at=line.at.timestamp(),
            action=line.action,
            by=line.by,
            browser=where.browser,
            system=where.system,
            source=line.source,
            place=where.place,
            details=_shown(line),
        )


def _shown(line: Line) -> dict[str, str | int]:
    hidden = _KEPT_TO_THE_ADMINISTRATION if line.by == By.ADMINISTRATION else frozenset()
    return {name: value for name, value in line.details.items() if name not in hidden}


def _cursor(line: Line) -> str:
    return f"{line.month:%Y-%m}.{line.number}"


def _place(cursor: str) -> tuple[date, int]:
    match = _PLACE.fullmatch(cursor)
    if match is None or not int(match[1]):
        raise ServiceError(ErrorCode.INVALID_REQUEST, "no page gave this", details={"fields": ["before"]})
    return date(int(match[1]), int(match[2]), 1), int(match[3])
