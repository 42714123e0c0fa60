"""The event source (RFC 8620 §7.3)."""

import asyncio
import math
import secrets
import time
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.gateway.identity.authenticator import Authenticator
from services.gateway.limits import Limits
from services.gateway.problems import ProblemError
from services.gateway.push.hub import PushHub, Subscription
from services.gateway.push.states import CurrentStates

MIN_PING = 5
MAX_PING = 900
BREATH_SECONDS = 45.0
"""A comment goes out after this much silence, so that a connection that is gone is noticed."""
RETRY_MS = 2_000
"""Clients return after this to twice this: not all at once when the process is replaced."""
CATCH_UP_TRIES = 10
CATCH_UP_PAUSE = 3.0
HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """types: None for all. ping: seconds, 0 for none."""

    types: frozenset[str] | None
    close_after_state: bool
    ping: int

    @classmethod
    def of(cls, request: Request) -> "Wish":
        """Missing parameters mean all types, no closing, no ping. Raises ProblemError invalid-request."""
        query = request.query_params
        types = query.get("types") or "*"
        close_after, ping = query.get("closeafter") or "no", query.get("ping") or "0"
        if close_after not in ("state", "no") or not (ping.isascii() and ping.isdigit()) or len(ping) > 9:
            raise ProblemError("invalid-request")
        seconds = min(MAX_PING, max(MIN_PING, int(ping))) if int(ping) else 0
        return cls(None if types == "*" else frozenset(types.split(",")), close_after == "state", seconds)

    def of_interest(self, changed: dict[str, str]) -> dict[str, str]:
        if self.types is None:
            return changed
        return {type_: state for type_, state in changed.items() if type_ in self.types}


class EventSourceEndpoint:
    def __init__(self, authenticator: Authenticator, hub: PushHub, states: CurrentStates, limits: Limits) -> None:
        self._authenticator = authenticator
        self._hub = hub
        self._states = states
        self._limits = limits

    async def __call__(self, request: Request) -> Response:
        """Who asks is looked at once more when the stream is there to be ended: what ended before would be missed."""
        principal = await self._authenticator(request)
        wish = Wish.of(request)
        subscription = self._hub.open(principal)
        try:
            await self._authenticator(request)
        except BaseException:
            self._hub.close(subscription)
            raise
        last_event_id = request.headers.get("last-event-id", "")
        return EventStream(self._hub, self._states, subscription, wish, last_event_id, self._limits.send_seconds)


class EventStream(Response):
    """Lives until the client leaves, the session ends, the process stops or, if asked for, the first state was sent."""

    def __init__(
        self,
        hub: PushHub,
        states: CurrentStates,
        subscription: Subscription,
        wish: Wish,
        last_event_id: str,
        send_seconds: float,
    ) -> None:
        self._hub = hub
        self._states = states
        self._subscription = subscription
        self._wish = wish
        self._last_event_id = last_event_id
        self._caught_up = not last_event_id
        self._send_seconds = send_seconds
        self._account_id = subscription.principal.account_id
        self.background = None
        self.status_code = 200
        self.init_headers(HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        beside = [asyncio.create_task(self._watch(receive))]
        if self._last_event_id:
            beside.append(asyncio.create_task(self._catch_up()))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            if scope["method"] != "HEAD":
                await self._stream(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            return
        finally:
            for task in beside:
                task.cancel()
            self._hub.close(self._subscription)

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            continue
        self._subscription.end()

    async def _catch_up(self) -> None:
        """Tells the stream what the client may have missed. While a service doesn't answer, it is asked again; until
        then no event carries an id, so that a client that returns is caught up again."""
        missed = self._hub.missed(self._account_id, self._last_event_id)
        if missed is None:
            waiting = self._states.types(self._wish.types)
            for _ in range(CATCH_UP_TRIES):
                states = await self._states.of(self._account_id, waiting)
                waiting -= states.keys()
                self._subscription.tell_missed(states)
                if not waiting:
                    break
                await asyncio.sleep(CATCH_UP_PAUSE)
            self._caught_up = not waiting
        else:
            self._subscription.tell_missed(missed)
            self._caught_up = True

    async def _stream(self, send: Send) -> None:
        retry = RETRY_MS + secrets.randbelow(RETRY_MS)
        await self._write(send, f"{self._id()}retry: {retry}\n\n".encode())
        next_ping = time.monotonic() + self._wish.ping if self._wish.ping else math.inf
        while not self._subscription.ended:
            await self._subscription.wait(self._patience(next_ping))
            changed = self._wish.of_interest(self._subscription.take())
            if changed:
                await self._write(send, self._state_event(changed))
                if self._wish.close_after_state:
                    return
            elif self._expired():
                return
            elif time.monotonic() >= next_ping:
                next_ping = time.monotonic() + self._wish.ping
                await self._write(send, f'{self._id()}event: ping\ndata: {{"interval":{self._wish.ping}}}\n\n'.encode())
            elif not self._subscription.ended and self._wish.ping == 0:
                await self._write(send, b": \n\n")

    def _patience(self, next_ping: float) -> float:
        quiet = BREATH_SECONDS if self._wish.ping == 0 else next_ping - time.monotonic()
        return max(0.0, min(quiet, self._subscription.principal.expires_at - time.time()))

    def _expired(self) -> bool:
        return time.time() >= self._subscription.principal.expires_at

    def _state_event(self, changed: dict[str, str]) -> bytes:
        change = orjson.dumps({"@type": "StateChange", "changed": {self._account_id: changed}})
        return f"{self._id()}event: state\ndata: ".encode() + change + b"\n\n"

    def _id(self) -> str:
        return f"id: {self._hub.event_id}\n" if self._caught_up else ""

    async def _write(self, send: Send, data: bytes) -> None:
        async with asyncio.timeout(self._send_seconds):
            await send({"type": "http.response.body", "body": data, "more_body": True})
