"""nameko's container, made safe: nothing that a worker raises can leave the process alive but deaf."""

from typing import Any, Protocol, Self

from eventlet.greenpool import GreenPool
from eventlet.support.greenlets import GreenletExit
from nameko.containers import ServiceContainer, WorkerContext
from nameko.extensions import SharedExtension

from chassis.link import Link

AMQP_URL = "AMQP_URI"
MAX_WORKERS = "max_workers"


class WorkerEscapeError(Exception):
    """A worker raised what no worker may raise; nameko ends the process for it, and the supervisor starts another."""


class Work(Protocol):
    """What our entrypoints offer the container: handle one message on a fresh service instance, failures included."""

    def work(self, service: Any, message: Any) -> None: ...


class SafeContainer(ServiceContainer):  # type: ignore[misc]  # nameko has no types
    """Prefetch bounds the work, so the pool has room to spare: spawning never blocks the reader of the link."""

    def __init__(self, service_class: type, config: dict[str, Any]) -> None:
        super().__init__(service_class, config)
        self._worker_pool = GreenPool(size=2 * self.max_workers + 1)

    def _run_worker(self, worker_ctx: WorkerContext, _handle_result: Any) -> None:
        entrypoint: Work = worker_ctx.entrypoint
        self._inject_dependencies(worker_ctx)
        self._worker_setup(worker_ctx)
        try:
            entrypoint.work(worker_ctx.service, *worker_ctx.args)
        except GreenletExit:
            raise
        except BaseException as error:
            raise WorkerEscapeError from error
        self._worker_result(worker_ctx, None, None)
        self._worker_teardown(worker_ctx)


class BrokerLink(SharedExtension):  # type: ignore[misc]  # nameko has no types
    """The process's link to the broker, shared by all its entrypoints."""

    link: Link

    def bind(self, container: Any) -> Self:
        bound: Self = super().bind(container)
        if "link" not in vars(bound):
            bound.link = Link(container.config[AMQP_URL])
        return bound

    def start(self) -> None:
        self.container.spawn_managed_thread(self.link.run, identifier="link")

    def stop(self) -> None:
        self.link.close()

    def kill(self) -> None:
        self.link.close()
