"""Runs the calls of a request: one RPC per run of calls for one service, different services at once, one deadline."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

import orjson

from chassis.jmap.errors import MethodError
from contracts.errors import ErrorCode, ServiceError
from contracts.jmap import Invocation, JmapBatch, JmapBatchReply
from services.gateway.caller import Caller
from services.gateway.jmap import pieces
from services.gateway.jmap.align import align
from services.gateway.jmap.budget import Budget
from services.gateway.jmap.checks import check_account, check_size
from services.gateway.jmap.failures import method_error
from services.gateway.jmap.liveness import Liveness
from services.gateway.jmap.methods import core
from services.gateway.jmap.methods.service import Registry, ServiceMethods
from services.gateway.jmap.plan import Run, plan
from services.gateway.jmap.references import References
from services.gateway.jmap.request import ApiRequest
from services.gateway.limits import Limits

BATCH_BYTES = 240_000
"""Arguments of one batch; the bus takes MAX_MESSAGE_BYTES with the envelope."""
CALL_OVERHEAD = 300

log = logging.getLogger(__name__)


class Dispatcher:
    """What a client sends is answered call by call, in order, whatever happens to single services."""

    def __init__(self, client: Caller, registry: Registry, limits: Limits) -> None:
        self._client = client
        self._registry = registry
        self._limits = limits
        self._liveness = Liveness(client, limits)

    async def run(
        self, request: ApiRequest, account_id: str, session_id: str = ""
    ) -> tuple[list[Invocation], dict[str, str]]:
        """The responses, and the creation ids of the whole request (§3.4). `session_id`: "" for a password."""
        owners = [self._registry.owner(call.name, frozenset(request.using)) for call in request.calls]
        execution = Execution(self._client, self._liveness, self._limits, request, owners, account_id, session_id)
        await execution.run()
        return execution.responses, execution.created_ids


class Execution:
    """One request under way."""

    def __init__(
        self,
        client: Caller,
        liveness: Liveness,
        limits: Limits,
        request: ApiRequest,
        owners: Sequence[ServiceMethods | None],
        account_id: str,
        session_id: str,
    ) -> None:
        self._client = client
        self._liveness = liveness
        self._limits = limits
        self._request = request
        self._account_id = account_id
        self._session_id = session_id
        self._end = asyncio.get_running_loop().time() + limits.request_seconds
        self._budget = Budget(limits.max_response_bytes)
        self._answers: list[list[Invocation]] = [[] for _ in request.calls]
        self._references = References(request.calls, self._answers, self._budget)
        self.created_ids: dict[str, str] = dict(request.created_ids or {})
        self._owners = owners

    @property
    def responses(self) -> list[Invocation]:
        return [answer for answers in self._answers for answer in answers]

    async def run(self) -> None:
        runs = plan(self._request.calls, [owner.name if owner else "" for owner in self._owners])
        if len(runs) == 1:
            await self._run(runs[0])
            return
        tasks: list[asyncio.Task[None]] = []
        async with asyncio.TaskGroup() as group:
            for run in runs:
                tasks.append(group.create_task(self._after([tasks[index] for index in run.after], run)))

    async def _after(self, earlier: Sequence[asyncio.Task[None]], run: Run) -> None:
        if earlier:
            await asyncio.wait(earlier)
        await self._run(run)

    async def _run(self, run: Run) -> None:
        service = self._owners[run.positions[0]]
        if service is None:
            for position in run.positions:
                self._answer_here(position)
            return
        waiting = deque(run.positions)
        while waiting:
            batch = await self._take(service, waiting)
            if batch:
                left = await self._send(service, batch)
                waiting.extendleft(reversed(left))

    def _answer_here(self, position: int) -> None:
        call = self._request.calls[position]
        try:
            if call.name != core.ECHO or core.CAPABILITY not in self._request.using:
                raise MethodError("unknownMethod")
            self._answers[position] = [call.model_copy(update={"arguments": self._references.echoed(position)})]
        except MethodError as error:
            self._fail(position, error)

    async def _take(self, service: ServiceMethods, waiting: deque[int]) -> list[tuple[int, Invocation]]:
        """Takes the next calls that fit into one message; those that are refused here are answered at once."""
        batch: list[tuple[int, Invocation]] = []
        room = BATCH_BYTES
        while waiting:
            position = waiting[0]
            if batch and self._waits(service, position):
                break
            try:
                call = await self._prepared(service, position)
                size = len(orjson.dumps(call.arguments)) + CALL_OVERHEAD
                if size > BATCH_BYTES:
                    raise MethodError("requestTooLarge", "one method call is too large: send it in pieces")
            except MethodError as error:
                waiting.popleft()
                self._fail(position, error)
                continue
            if size > room:
                break
            waiting.popleft()
            batch.append((position, call))
            room -= size
        return batch

    async def _prepared(self, service: ServiceMethods, position: int) -> Invocation:
        call = self._request.calls[position]
        arguments = self._references.resolved(position)
        if call.name not in service.of_no_account:
            check_account(arguments, self._account_id)
        check_size(call.name, arguments, self._limits)
        return await service.prepare(call.model_copy(update={"arguments": arguments}))

    def _waits(self, service: ServiceMethods, position: int) -> bool:
        call = self._request.calls[position]
        return service.seen_here.get(call.name) in call.arguments

    async def _send(self, service: ServiceMethods, batch: list[tuple[int, Invocation]]) -> list[int]:
        """Answers the calls of `batch`; returns the positions of those that the service left for another batch."""
        calls = [call for _, call in batch]
        try:
            reply = await self._call(service, calls)
        except ServiceError as error:
            for position, call in batch:
                self._answers[position] = [method_error(call, error)]
            return []
        answered = batch[: len(batch) - min(reply.unanswered, len(batch) - 1)]
        for (position, call), answers in zip(answered, align(calls[: len(answered)], reply.responses), strict=True):
            self._answers[position] = [await self._finished(service, call, answer) for answer in answers]
        return [position for position, _ in batch[len(answered) :]]

    async def _call(self, service: ServiceMethods, calls: list[Invocation]) -> JmapBatchReply:
        request = JmapBatch(
            account_id=self._account_id,
            using=self._request.using,
            calls=calls,
            created_ids=self.created_ids,
            session_id=self._session_id if service.tells_session else "",
        )
        left = self._end - asyncio.get_running_loop().time()
        if left <= 0:
            raise ServiceError(ErrorCode.UNAVAILABLE, "the request has used up its time", retryable=True)
        async with self._liveness.watching(service):
            reply = await self._client.call(service.method, request, timeout=left)
        self.created_ids.update(reply.created_ids)
        return reply

    async def _finished(self, service: ServiceMethods, call: Invocation, answer: Invocation) -> Invocation:
        try:
            if answer.name == "error" and isinstance(answer.arguments.get("bytes"), int):
                answer = await self._in_pieces(service, call, answer)
            return await service.finish(answer, self._budget)
        except MethodError as error:
            return Invocation(name="error", arguments=error.as_json(), call_id=call.call_id)
        except ServiceError as error:
            return method_error(call, error)
        except (ValueError, LookupError, TypeError):
            log.exception("a service's answer can't be completed", extra={"method": call.name})
            return Invocation(name="error", arguments={"type": "serverFail"}, call_id=call.call_id)

    async def _in_pieces(self, service: ServiceMethods, call: Invocation, refusal: Invocation) -> Invocation:
        """Bounded: each round halves at least, and what came so far counts against the budget of the response."""
        waiting = deque([(call, refusal)])
        answers: list[Invocation] = []
        while waiting:
            whole, answer = waiting.popleft()
            if answer.name != "error":
                answers.append(answer)
                continue
            size = answer.arguments.get("bytes")
            parts = pieces.split(whole, size) if isinstance(size, int) else []
            if not parts:
                return answer
            if whole is call:
                self._budget.take(int(answer.arguments["bytes"]))
            fetched = [(part, (await self._call(service, [part])).responses[0]) for part in parts]
            waiting.extendleft(reversed(fetched))
        return pieces.join(answers)

    def _fail(self, position: int, error: MethodError) -> None:
        call_id = self._request.calls[position].call_id
        self._answers[position] = [Invocation(name="error", arguments=error.as_json(), call_id=call_id)]
