"""The private servers of one system: those of RabbitMQ and PostgreSQL whose address was not given."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import broker, cluster
from deploy.local.failure import Failure
from deploy.local.layout import Layout
from deploy.local.programs import MARKER
from deploy.local.supervision import SERVERS, Entry

# Enough for RabbitMQ to close its queues and for PostgreSQL to write a checkpoint.
STOP_SECONDS = 20


@dataclass(frozen=True)
class Servers:
    """What was not given is None here."""

    home: Path
    broker: broker.Broker | None
    cluster: cluster.Cluster | None

    def configure(self) -> None:
        """Write their files; make the cluster if it is not there."""
        if self.broker:
            self.broker.configure()
        if self.cluster:
            self.cluster.initialise()

    def entries(self) -> list[Entry]:
        """The processes to supervise."""
        shared = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", MARKER: str(self.home)}
        return [*self._of_broker(shared), *self._of_cluster(shared)]

    def control_broker(self, *arguments: str) -> None:
        """Run rabbitmqctl on the private node."""
        if self.broker is None:
            raise Failure("Ce système n'a pas de RabbitMQ privé.")
        done = subprocess.run(
            [str(broker.CONTROL), *arguments],
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self.broker.environment},
            capture_output=True,
            text=True,
            timeout=broker.START_SECONDS,
            check=False,
        )
        if done.returncode:
            raise Failure(f"rabbitmqctl {arguments[0]} : {' '.join((done.stderr or done.stdout).split())[-300:]}")

    def _of_broker(self, shared: Mapping[str, str]) -> list[Entry]:
        if self.broker is None:
            return []
        environment = {**shared, **self.broker.environment}
        return [
            Entry("epmd", SERVERS, self.broker.epmd_command, environment),
            Entry("rabbitmq", SERVERS, self.broker.server_command, environment, stop_seconds=STOP_SECONDS),
        ]

    def _of_cluster(self, shared: Mapping[str, str]) -> list[Entry]:
        if self.cluster is None:
            return []
        return [
            Entry(
                "postgres",
                SERVERS,
                self.cluster.command,
                shared,
                user=self.cluster.user,
                directory=self.cluster.data,
                stop_signal="INT",
                stop_seconds=STOP_SECONDS,
                # To a session process SIGINT only means: cancel the statement.
                signal_children=False,
            )
        ]


def private_broker(layout: Layout, keys: Mapping[str, str], ports: Mapping[str, int]) -> broker.Broker:
    """The node of this system."""
    broker.check_version()
    return broker.Broker(
        folder=layout.broker,
        node=f"webmail-{keys['INSTANCE'][:8]}@localhost",
        ports={name: ports[name] for name in broker.PORTS},
        password=keys["AMQP_PASSWORD"],
        cookie=keys["ERLANG_COOKIE"],
    )


def private_cluster(layout: Layout, keys: Mapping[str, str], port: int, durable: bool) -> cluster.Cluster:
    """The cluster of this system."""
    cluster.check_version()
    data, user = cluster.place(layout.postgres, layout.digest)
    return cluster.Cluster(layout.postgres, data, port, keys["POSTGRES_PASSWORD"], user, durable)
