"""What is left of what is gone: enough for /changes."""

from collections.abc import Sequence

from services.mail.adapters.store.unit import Touched, Unit

Grave = tuple[int, int, int | None]
"""(object, its created_ms, the thread of an Email)."""


def bury(unit: Unit, data_type: Touched, graves: Sequence[Grave]) -> None:
    modseqs = unit.ticks(data_type, len(graves))
    unit.tx.values(
        "INSERT INTO tombstone (account_id, type, modseq, object_id, created_ms, thread_id) VALUES %s",
        [
            (unit.account_id, data_type, modseq, object_id, created_ms, thread_id)
            for modseq, (object_id, created_ms, thread_id) in zip(modseqs, graves, strict=True)
        ],
    )
