"""Wires the process of the pushes."""

from dataclasses import dataclass

from chassis.db import Database
from chassis.outward.client import Outward
from chassis.settings import InstitutionSettings
from chassis.vapid import VapidKey
from services.auth.adapters.clock import utc_now
from services.auth.adapters.push.servers import HttpPushServers
from services.auth.adapters.store import PostgresStore
from services.auth.application.ports import Clock
from services.auth.application.push.send_pushes import SendPushes
from services.auth.application.push.take_states import TakeStates
from services.auth.push_metrics import count_push
from services.auth.settings import PushSettings


@dataclass(frozen=True, slots=True)
class Push:
    take_states: TakeStates
    send_pushes: SendPushes


def build(
    settings: PushSettings, institution: InstitutionSettings, database: Database, *, clock: Clock = utc_now
) -> Push:
    store = PostgresStore(database)
    postmaster = institution.mail.postmaster or f"postmaster@{institution.institution.domain}"
    key = VapidKey(settings.auth_vapid_key.get_secret_value())
    servers = HttpPushServers(Outward(settings), key, f"mailto:{postmaster}")
    return Push(TakeStates(store, clock), SendPushes(store, clock, servers, settings.push_at_once, count_push))
