"""What the gateway does when it hears the services' broadcasts."""

from contracts.auth import AccountStateChanged, CredentialChanged, SessionEnded
from contracts.base import Event, StateChanged
from contracts.calendar import CalendarStateChanged
from contracts.contacts import ContactsStateChanged
from contracts.mail import MailStateChanged
from services.gateway.identity.cache import Principals
from services.gateway.push.hub import PushHub

HEARD: tuple[type[Event], ...] = (
    SessionEnded,
    CredentialChanged,
    AccountStateChanged,
    MailStateChanged,
    CalendarStateChanged,
    ContactsStateChanged,
)


class BroadcastListener:
    def __init__(self, hub: PushHub, principals: Principals) -> None:
        self._hub = hub
        self._principals = principals

    async def heard(self, event: Event) -> None:
        if isinstance(event, StateChanged):
            self._hub.changed(event.account_id, event.changed)
        elif isinstance(event, SessionEnded):
            self._principals.sessions.drop_sessions(event.session_ids)
            self._hub.end_sessions(event.session_ids)
        elif isinstance(event, CredentialChanged):
            self._principals.forget_account(event.account_id)
            self._hub.end_account(event.account_id)

    async def gap(self) -> None:
        """Nobody knows what was broadcast meanwhile: what was verified is verified again, and every open stream begins
        anew, with an event id that makes the client look at the current states."""
        self._principals.clear()
        self._hub.forget()
        self._hub.end_all()
