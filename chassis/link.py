"""The one connection to the broker of a nameko process: it consumes, acknowledges, answers and republishes.

One connection on purpose: a process that cannot send its replies can not take calls either, so it is never half alive.
One green thread reads; others only write (amqp serialises frames), and wait for confirms that the reader hands them.
The broker may be away: the link keeps trying, and what was not acknowledged comes again.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import amqp
import eventlet
from amqp import spec
from amqp.exceptions import AMQPError
from eventlet.event import Event
from eventlet.semaphore import Semaphore
from kombu.utils.url import parse_url

from chassis.metrics import broker_connected

CONNECT_SECONDS = 3.0
RECONNECT_SECONDS = 0.5
HEARTBEAT_SECONDS = 30
READ_SECONDS = 5.0
CANCEL_SECONDS = 2.0
CONFIRM_SECONDS = 10.0
PERSISTENT = 2
TRANSIENT = 1

Setup = Callable[["Link", Any], None]
OnMessage = Callable[[amqp.Message], None]

_AWAY = (AMQPError, OSError)
_log = logging.getLogger(__name__)


class BrokerAwayError(Exception):
    """The connection is down, or went down before the broker confirmed."""


class NotTakenError(Exception):
    """The broker refused a message, or no queue took it."""


class Link:
    """`setups` are called with the link and its channel after each connection: they declare and consume."""

    def __init__(self, amqp_url: str) -> None:
        self._url = amqp_url
        self._setups: list[Setup] = []
        self._closing = False
        self._connection: amqp.Connection | None = None
        self._channel: Any = None
        self._confirms: Confirms | None = None
        self._tags: list[str] = []
        self._down = Event()

    @property
    def connected(self) -> bool:
        return self._channel is not None

    def on_connect(self, setup: Setup) -> None:
        self._setups.append(setup)

    def run(self) -> None:
        """Connects, reads and reconnects until `close`. What it cannot handle, it raises."""
        told = False
        while not self._closing:
            try:
                self._open()
                told = False
                self._read()
            except _AWAY as error:
                level = logging.DEBUG if told or self._closing else logging.WARNING
                _log.log(level, "the broker is away", extra={"cause": error, "reply": _reply_code(error)})
                told = True
            finally:
                self._drop()
            if not self._closing:
                eventlet.sleep(RECONNECT_SECONDS)

    def consume(self, channel: Any, queue: str, prefetch: int, on_message: OnMessage) -> None:
        """For setups: at most `prefetch` messages of `queue` are unacknowledged at a time."""
        channel.basic_qos(0, prefetch, False)
        self._tags.append(channel.basic_consume(queue, callback=on_message))

    def send(self, exchange: str, routing_key: str, body: bytes, **properties: Any) -> None:
        """Publishes without waiting for the broker. Raises BrokerAwayError."""
        if self._channel is None:
            raise BrokerAwayError
        self._write(self._channel, exchange, routing_key, body, properties, mandatory=False)

    def send_confirmed(self, exchange: str, routing_key: str, body: bytes, **properties: Any) -> None:
        """Returns once the broker has the message durably. Raises BrokerAwayError, NotTakenError."""
        confirms = self._confirms
        if confirms is None:
            raise BrokerAwayError
        with confirms.order:
            confirms.expect()
            self._write(confirms.channel, exchange, routing_key, body, properties, mandatory=True)
            try:
                confirms.wait()
            except BrokerAwayError:
                self._abandon()
                raise

    def acknowledge(self, message: amqp.Message) -> None:
        """Where the connection that brought the message is gone, the broker has taken it back and hands it out again:
        nothing to do."""
        try:
            message.channel.basic_ack(message.delivery_tag)
        except _AWAY:
            _log.info("acknowledged too late: the connection is gone")

    def requeue(self, message: amqp.Message) -> None:
        """Gives the message back; it counts against the queue's delivery limit."""
        try:
            message.channel.basic_reject(message.delivery_tag, True)
        except _AWAY:
            _log.info("given back too late: the connection is gone")

    def cancel(self) -> None:
        """Stops taking messages; returns once the broker has agreed, with all it had sent handed to the callbacks."""
        channel, tags = self._channel, self._tags
        if channel is None:
            return
        self._tags = []
        try:
            for tag in tags:
                channel.send_method(spec.Basic.Cancel, "sb", (tag, False))
            with eventlet.Timeout(CANCEL_SECONDS, False):
                while any(tag in channel.callbacks for tag in tags):
                    eventlet.sleep(0.01)
        except _AWAY:
            _log.info("stopped consuming: the connection is gone")

    def close(self) -> None:
        """Ends `run`, after all that was written has reached the broker."""
        self._closing = True
        if self._connection is None:
            return
        down = self._down
        try:
            self._connection.send_method(spec.Connection.Close, "BsBB", (200, "", 0, 0))
            with eventlet.Timeout(CANCEL_SECONDS, False):
                down.wait()
        except _AWAY:
            _log.info("closed: the connection is gone")

    def _open(self) -> None:
        self._down = Event()
        self._connection = _connect(self._url)
        channel = self._connection.channel()
        self._confirms = Confirms(self._connection.channel())
        for setup in self._setups:
            setup(self, channel)
        self._channel = channel
        broker_connected.set(1)
        _log.info("connected to the broker")

    def _read(self) -> None:
        connection = self._connection
        assert connection is not None
        while connection.connected:
            with suppress(TimeoutError):
                connection.drain_events(timeout=READ_SECONDS)
            connection.heartbeat_tick()

    def _drop(self) -> None:
        connection, confirms = self._connection, self._confirms
        self._connection = self._channel = self._confirms = None
        self._tags = []
        broker_connected.set(0)
        if connection is not None:
            connection.collect()
        if confirms is not None:
            confirms.fail()
        if not self._down.ready():
            self._down.send()

    def _write(
        self, channel: Any, exchange: str, key: str, body: bytes, properties: dict[str, Any], *, mandatory: bool
    ) -> None:
        """Not channel.basic_publish: that one also reads, and only the reader may."""
        message = amqp.Message(body, channel=channel, **properties)
        try:
            channel.send_method(spec.Basic.Publish, "Bssbb", (0, exchange, key, mandatory, False), message)
        except _AWAY as error:
            self._abandon()
            raise BrokerAwayError from error

    def _abandon(self) -> None:
        """A failed write may have left half a frame, a late confirm be taken for the next: begin anew."""
        if self._connection is not None:
            self._connection.collect()


class Confirms:
    """A channel in confirm mode that has one message under way at a time: returns carry no number to tell them by."""

    def __init__(self, channel: Any) -> None:
        self.channel = channel
        self.order = Semaphore()
        self._outcome = Event()
        self._returned = False
        channel.confirm_select()
        channel.events["basic_ack"].add(lambda _tag, _multiple: self._settle(taken=not self._returned))
        channel.events["basic_nack"].add(lambda _tag, _multiple: self._settle(taken=False))
        channel.events["basic_return"].add(self._note_return)

    def expect(self) -> None:
        """Before a message is written; hold `order` until `wait` returned."""
        self._outcome = Event()
        self._returned = False

    def wait(self) -> None:
        with eventlet.Timeout(CONFIRM_SECONDS, BrokerAwayError):
            self._outcome.wait()

    def fail(self) -> None:
        if not self._outcome.ready():
            self._outcome.send_exception(BrokerAwayError())

    def _note_return(self, *_: Any) -> None:
        self._returned = True

    def _settle(self, *, taken: bool) -> None:
        if self._outcome.ready():
            return
        if taken:
            self._outcome.send()
        else:
            self._outcome.send_exception(NotTakenError())


def _connect(url: str) -> amqp.Connection:
    parts = parse_url(url)
    connection = amqp.Connection(
        host=f"{parts['hostname']}:{parts['port'] or (5671 if parts['transport'] == 'amqps' else 5672)}",
        userid=parts["userid"] or "guest",
        password=parts["password"] or "guest",
        virtual_host=parts["virtual_host"] or "/",
        ssl=parts["transport"] == "amqps",
        connect_timeout=CONNECT_SECONDS,
        heartbeat=HEARTBEAT_SECONDS,
    )
    connection.connect()
    return connection


def _reply_code(error: BaseException) -> int:
    """AMQP reply code (403 access refused, 406 a queue exists with other arguments), 0 when there is none."""
    code = getattr(error, "reply_code", 0)
    return code if isinstance(code, int) else 0
