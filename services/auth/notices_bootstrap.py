"""Wires the process of the mails."""

from chassis.db import Database
from chassis.settings import InstitutionSettings
from services.auth.adapters.clock import utc_now
from services.auth.adapters.relay_smtp import SmtpPost
from services.auth.adapters.store import PostgresStore
from services.auth.application.ports import Clock
from services.auth.application.ports.post import Post
from services.auth.application.send_notices import SendNotices
from services.auth.domain.digests import KeyRing
from services.auth.domain.notice_text import Wording
from services.auth.notices_metrics import count_notice
from services.auth.settings import NoticesSettings


def build(
    settings: NoticesSettings,
    institution: InstitutionSettings,
    database: Database,
    *,
    post: Post | None = None,
    clock: Clock = utc_now,
) -> SendNotices:
    """`post`: where the mails go, None for the relay."""
    who, policy = institution.institution, institution.auth
    sender = settings.notices_from or f"ne-pas-repondre@{who.domain}"
    relay = SmtpPost(settings.relay_host, settings.relay_port, f"auth.{who.domain}", sender, who.short)
    wording = Wording(
        who.name,
        settings.public_url,
        policy.recovery_link_minutes,
        policy.confirmation_hours,
        policy.reopening_delay_hours,
    )
    store, keys = PostgresStore(database), KeyRing(settings.hmac_keys())
    return SendNotices(store, keys, clock, policy, wording, post or relay, count_notice)
