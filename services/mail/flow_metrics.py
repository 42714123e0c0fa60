"""What the flow of mail counts."""

from prometheus_client import Counter, Gauge

from services.mail.application.deliver_spooled import Outcome
from services.mail.application.outbound import Reply
from services.mail.application.spool import SpoolFigures

accepted = Counter("mail_accepted_total", "Messages answered 250")
sessions = Gauge("mail_smtp_sessions", "SMTP sessions that are open")
delivered = Counter("mail_delivery_total", "Messages taken from the spool", ["outcome"])
spool_waiting = Gauge("mail_spool_messages", "Messages in the spool")
spool_stuck = Gauge("mail_spool_stuck_messages", "Messages in the spool that failed again and again")
spool_oldest = Gauge("mail_spool_oldest_seconds", "Age of the oldest message in the spool")
outbound_replies = Counter("mail_outbound_recipients_total", "Recipients by what the relay said", ["state"])

attachments_read = Counter("mail_attachments_read_total", "Attachments read for their words", ["outcome"])
attachments_waiting = Gauge("mail_attachments_waiting_messages", "Messages whose attachments are still to be read")
clock_turns = Counter("mail_clock_turns_total", "Turns of the jobs that go by the clock", ["job", "outcome"])


def count_delivery(outcome: Outcome) -> None:
    if outcome is not Outcome.NOTHING_DUE:
        delivered.labels(outcome).inc()


def count_reply(reply: Reply) -> None:
    outbound_replies.labels(reply.state).inc()


def show_spool(figures: SpoolFigures) -> None:
    spool_waiting.set(figures.waiting)
    spool_stuck.set(figures.stuck)
    spool_oldest.set(figures.oldest_seconds)


def count_turn(job: str, succeeded: bool) -> None:
    clock_turns.labels(job, "done" if succeeded else "failed").inc()


def count_attachment(outcome: str) -> None:
    attachments_read.labels(outcome).inc()
