"""The signed-in caller of one request."""

import math
from dataclasses import dataclass

from contracts.auth import Agent, Session


@dataclass(frozen=True, slots=True)
class Principal:
    """`session_id` and `csrf` are those of a cookie session; "" for Basic. `expires_at`: seconds since the epoch.
    `shared`: others use this computer too, so nothing that is answered may stay on its disk."""

    agent: Agent
    session_id: str = ""
    csrf: str = ""
    expires_at: float = math.inf
    shared: bool = False

    @classmethod
    def of_session(cls, session: Session) -> "Principal":
        return cls(session.agent, session.session_id, session.csrf, session.expires_at, session.shared)

    @property
    def account_id(self) -> str:
        return self.agent.account_id

    @property
    def by_cookie(self) -> bool:
        return bool(self.session_id)
