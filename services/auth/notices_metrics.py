"""What the process of the mails counts."""

from prometheus_client import Counter

from services.auth.domain.notice import NoticeKind

notices = Counter("auth_notices_total", "Mails owed to agents, by what became of a try", ["kind", "outcome"])


def count_notice(kind: NoticeKind, outcome: str) -> None:
    notices.labels(kind.value, outcome).inc()
