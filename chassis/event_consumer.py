"""The queue behind one event handler: takes each event in once, retries what fails, sets aside what cannot succeed."""

import logging
import time
from typing import Any
from uuid import UUID

import amqp
import eventlet
from eventlet.semaphore import Semaphore
from eventlet.support.greenlets import GreenletExit
from nameko.extensions import Entrypoint, SharedExtension

from chassis import metrics
from chassis.container import BrokerLink
from chassis.correlation import correlated
from chassis.event_wire import (
    CONTENT_TYPE,
    CORRELATION_HEADER,
    REASON_HEADER,
    Fate,
    Headers,
    after_crashes,
    after_failure,
    is_suspect,
)
from chassis.failures import is_outage
from chassis.inbox import once, seen
from chassis.link import PERSISTENT, BrokerAwayError, Link, NotTakenError
from chassis.topology import (
    dead_queue,
    dead_queue_arguments,
    event_exchange,
    event_queue,
    event_queue_arguments,
    retry_queue,
    retry_queue_arguments,
)
from contracts.base import Event

PAUSE_BEFORE_REQUEUE_SECONDS = 1.0

DONE = "done"
DUPLICATE = "duplicate"
RETRY = "retry"
DEAD = "dead"
LEFT_TO_BROKER = "left-to-broker"

_log = logging.getLogger(__name__)


class UnreadableEventError(Exception):
    """No event id, or a body that does not fit the contract: it will not get better."""


class EventPool(SharedExtension):  # type: ignore[misc]  # nameko has no types
    """Counts the process's event queues, among which its workers are divided; suspects run one at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.queues = 0
        self.one_suspect = Semaphore()

    def prefetch(self) -> int:
        share: int = self.container.max_workers // self.queues
        return max(1, share)


class EventEntrypoint(Entrypoint):  # type: ignore[misc]  # nameko has no types
    broker = BrokerLink()
    pool = EventPool()

    def __init__(self, event: type[Event], consumer: str) -> None:
        super().__init__()
        self._event = event
        self._consumer = consumer
        self._queue = event_queue(consumer, event.type)

    def setup(self) -> None:
        self.pool.queues += 1
        self.broker.link.on_connect(self._declare)

    def stop(self) -> None:
        self.broker.link.cancel()

    def work(self, service: Any, message: amqp.Message) -> None:
        """Handles one delivery. It is acknowledged once its effect is committed, or once it is safe elsewhere; if
        neither can be had it is left to the broker, which hands it out again."""
        started = time.perf_counter()
        with correlated(_headers(message).get(CORRELATION_HEADER)):
            if is_suspect(_headers(message)):
                with self.pool.one_suspect:
                    outcome = self._take_suspect(service, message)
            else:
                outcome = self._take(service, message)
        metrics.events_handled.labels(self._consumer, self._event.type, outcome).inc()
        metrics.events_handled_seconds.labels(self._consumer, self._event.type).observe(time.perf_counter() - started)

    def _take(self, service: Any, message: amqp.Message) -> str:
        try:
            outcome = self._apply(service, message)
        except GreenletExit:
            raise
        except BaseException as error:  # noqa: BLE001  whatever a handler raises is its failure, not the process's
            return self._set_aside(message, self._fate(service, message, error), error)
        self.broker.link.acknowledge(message)
        return outcome

    def _take_suspect(self, service: Any, message: amqp.Message) -> str:
        """Puts a copy aside before it runs the handler, so that if the process dies of it the event is not at the head
        of the queue again, where it would take its neighbours past the delivery limit: they run meanwhile. If all goes
        well the copy turns out to be a duplicate."""
        try:
            done = self._is_done(service, message)
        except Exception as error:  # noqa: BLE001  as in _take
            return self._set_aside(message, self._fate(service, message, error), error)
        if done:
            self.broker.link.acknowledge(message)
            return DUPLICATE
        outcome = self._set_aside(message, after_crashes(_headers(message), service.retries), None)
        if outcome != RETRY:
            return outcome
        try:
            return self._apply(service, message)
        except GreenletExit:
            raise
        except BaseException as error:  # noqa: BLE001  as in _take; the copy comes back
            _log.warning("an event failed", exc_info=error, extra=self._about(message))
            return RETRY

    def _is_done(self, service: Any, message: amqp.Message) -> bool:
        event_id, _ = self._read(message)
        with service.db.transaction() as tx:
            return seen(tx, self._consumer, event_id)

    def _apply(self, service: Any, message: amqp.Message) -> str:
        event_id, event = self._read(message)
        with service.db.transaction() as tx:
            if not once(tx, self._consumer, event_id):
                return DUPLICATE
            getattr(service, self.method_name)(event, tx)
        return DONE

    def _read(self, message: amqp.Message) -> tuple[str, Event]:
        try:
            event_id = str(UUID(message.properties["message_id"]))
            return event_id, self._event.model_validate_json(message.body)
        except (KeyError, ValueError, TypeError) as error:
            raise UnreadableEventError from error

    def _fate(self, service: Any, message: amqp.Message, error: BaseException) -> Fate:
        if isinstance(error, UnreadableEventError):
            return Fate(None, _headers(message))
        return after_failure(_headers(message), service.retries, outage=is_outage(error))

    def _set_aside(self, message: amqp.Message, fate: Fate, error: BaseException | None) -> str:
        """Publishes the event again, for later or to the dead-letter queue, and acknowledges it after the confirm."""
        dead = fate.delay_ms is None
        told = self._about(message) | fate._asdict()
        what = "an event failed" if error else "consumers may have died of an event"
        _log.log(logging.ERROR if dead else logging.WARNING, what, exc_info=error, extra=told)
        try:
            if fate.delay_ms is None:
                reason = type(error).__name__ if error else "the consumer died of it"
                self._publish(message, "", dead_queue(self._queue), fate.headers | {REASON_HEADER: reason})
            else:
                self._publish(message, retry_queue(self._consumer, fate.delay_ms), self._queue, fate.headers)
        except BrokerAwayError:
            return LEFT_TO_BROKER
        except NotTakenError:
            eventlet.sleep(PAUSE_BEFORE_REQUEUE_SECONDS)
            self.broker.link.requeue(message)
            return LEFT_TO_BROKER
        self.broker.link.acknowledge(message)
        return DEAD if dead else RETRY

    def _about(self, message: amqp.Message) -> dict[str, Any]:
        return {"event": self._event.type, "event_id": message.properties.get("message_id", "")}

    def _publish(self, message: amqp.Message, exchange: str, key: str, headers: Headers) -> None:
        self.broker.link.send_confirmed(
            exchange,
            key,
            message.body,
            delivery_mode=PERSISTENT,
            content_type=message.properties.get("content_type", CONTENT_TYPE),
            message_id=message.properties.get("message_id", ""),
            application_headers=headers,
        )

    def _declare(self, link: Link, channel: Any) -> None:
        """The relay declares the same: whoever comes first."""
        exchange = event_exchange(self._event.type)
        channel.exchange_declare(exchange, "topic", durable=True, auto_delete=False)
        for delay in self.container.service_cls.retries.delays_ms:
            name = retry_queue(self._consumer, delay)
            channel.exchange_declare(name, "fanout", durable=True, auto_delete=False)
            _declare_queue(channel, name, retry_queue_arguments(delay))
            channel.queue_bind(name, name, "")
        _declare_queue(channel, dead_queue(self._queue), dead_queue_arguments())
        _declare_queue(channel, self._queue, event_queue_arguments(self._queue))
        channel.queue_bind(self._queue, exchange, self._event.type)
        link.consume(channel, self._queue, self.pool.prefetch(), self._receive)

    def _receive(self, message: amqp.Message) -> None:
        self.container.spawn_worker(self, (message,), {})


def _headers(message: amqp.Message) -> Headers:
    return message.headers or {}


def _declare_queue(channel: Any, name: str, arguments: dict[str, Any]) -> None:
    channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
