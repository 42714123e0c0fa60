"""Events that were set aside: `python -m chassis.dead show|replay mail.auth.account.created` (AMQP_URL).

`show` lists why each one is there, by id and never by content; `replay` gives them back to their queue, with their
attempts forgotten. What had its effect meanwhile has it once all the same.
"""

import asyncio
import os
import sys
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from chassis.aio_broker import AWAY, CONNECT_SECONDS
from chassis.event_wire import ATTEMPTS_HEADER, CORRELATION_HEADER, REASON_HEADER
from chassis.settings import stop
from chassis.topology import dead_queue

SHOWN = 1_000
"""How many `show` lists at most."""


async def show(channel: AbstractChannel, queue_name: str) -> list[str]:
    """One line an event; they all stay where they are."""
    queue = await channel.get_queue(dead_queue(queue_name))
    taken = await _take(queue, SHOWN)
    lines = [_line(message) for message in taken]
    for message in taken:
        await message.reject(requeue=True)
    return lines


async def replay(channel: AbstractChannel, queue_name: str) -> int:
    """Moves what was there at the start back to its queue, each acknowledged after the confirm; returns how many."""
    queue = await channel.get_queue(dead_queue(queue_name))
    moved = 0
    for _ in range(queue.declaration_result.message_count or 0):
        message = await queue.get(fail=False)
        if message is None:
            break
        again = aio_pika.Message(
            message.body,
            content_type=message.content_type,
            message_id=message.message_id,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            headers={CORRELATION_HEADER: message.headers.get(CORRELATION_HEADER)},
        )
        await channel.default_exchange.publish(again, queue_name, mandatory=True)
        await message.ack()
        moved += 1
    return moved


async def _take(queue: AbstractQueue, limit: int) -> list[AbstractIncomingMessage]:
    taken: list[AbstractIncomingMessage] = []
    while len(taken) < limit and (message := await queue.get(fail=False)) is not None:
        taken.append(message)
    return taken


def _line(message: AbstractIncomingMessage) -> str:
    headers: dict[str, Any] = dict(message.headers)
    reason, attempts = headers.get(REASON_HEADER, "delivery limit"), headers.get(ATTEMPTS_HEADER, 0)
    return f"{message.message_id}\t{reason}\tattempts {attempts}\tcorrelation {headers.get(CORRELATION_HEADER, '')}"


async def _main(action: str, queue_name: str, amqp_url: str) -> str:
    async with await aio_pika.connect(amqp_url, timeout=CONNECT_SECONDS) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        if action == "show":
            return "\n".join(await show(channel, queue_name))
        return f"{await replay(channel, queue_name)} event(s) given back"


def main(arguments: list[str]) -> None:
    if len(arguments) != 2 or arguments[0] not in {"show", "replay"}:
        stop("usage: python -m chassis.dead show|replay QUEUE")
    amqp_url = os.environ.get("AMQP_URL") or stop("setting AMQP_URL: required")
    action, queue_name = arguments
    try:
        sys.stdout.write(asyncio.run(_main(action, queue_name, amqp_url)) + "\n")
    except AWAY as error:
        stop(f"{action} {queue_name}: {type(error).__name__}: is the queue's name right, and the broker there?")


if __name__ == "__main__":
    main(sys.argv[1:])
