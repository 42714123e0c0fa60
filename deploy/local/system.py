"""One whole system on this machine, step by step: servers, databases, services. Used by `make run` and by the tests."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local import broker, cluster, databases, keys, ports, processes, readiness
from deploy.local.endpoints import Endpoints
from deploy.local.failure import Failure
from deploy.local.layout import CHECKOUT, SETTINGS, Layout
from deploy.local.programs import (
    PROGRAMS,
    Addresses,
    Program,
    base_environment,
    command,
    environment,
    whole_environment,
)
from deploy.local.servers import Servers, private_broker, private_cluster
from deploy.local.supervision import SERVERS, SERVICES, Entry, State, Supervisor

FREE_BYTES = 1024**3
MIGRATION_SECONDS = 900
# Ra 2.2 (RabbitMQ 3.10) notes a new quorum queue on disk half a second late: a node killed before that has lost what
# the queue confirmed, and the queue finds no leader again. So nobody is told "ready" while the first queues are young.
YOUNG_QUEUE_SECONDS = 1.0
PREFERRED_PORTS = {"web": 8080, "smtp": 2525}


@dataclass(frozen=True)
class Options:
    """What may differ between systems. A server whose address is given is used as it is, and not started.

    `databases` are the services that get one; `overrides` go into the environment of every process.
    """

    home: Path
    programs: tuple[Program, ...] = PROGRAMS
    databases: tuple[str, ...] = databases.SERVICES
    amqp_url: str | None = None
    database_urls: Mapping[str, str] = field(default_factory=dict)
    preferred_ports: Mapping[str, int] = field(default_factory=lambda: dict(PREFERRED_PORTS))
    settings: Path = SETTINGS
    overrides: Mapping[str, str] = field(default_factory=dict)
    durable: bool = True


class System:
    """Made ready by its constructor (folders, secrets, ports); then call the steps in the order in which they stand.

    `close` may be called after any of them.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self.layout = Layout(options.home.resolve())
        check_space(self.layout.home)
        self.layout.make()
        end_left_over(self.layout)
        self._keys = keys.load(self.layout.keys)
        self._ports = self._choose_ports()
        self._servers = self._private_servers()
        self.addresses = self._locate()
        self.endpoints = Endpoints(self.layout.endpoints, self.addresses.web, f"127.0.0.1:{self._ports['smtp']}")
        self._supervisor = Supervisor(self.layout)

    def start_servers(self) -> None:
        """The supervisor, and under it those private servers that are wanted."""
        keys.write_private(self.layout.environment, json.dumps(self.environment))
        self._servers.configure()
        entries = self._servers.entries()
        self._supervisor.launch([*entries, *self._services()])
        if entries:
            self._supervisor.start_group(SERVERS)

    def wait_for_broker(self) -> None:
        """Return when the broker takes us."""
        advice = "vérifiez AMQP_URL" if self._options.amqp_url else f"lisez {self.layout.logs / 'rabbitmq.log'}"
        broker.wait(self.addresses.amqp_url, advice)

    def wait_for_databases(self) -> None:
        """Return when every service's database exists and takes its service."""
        if self._servers.cluster:
            cluster.wait(self._servers.cluster.admin_url, f"lisez {self.layout.logs / 'postgres.log'}")
            databases.make(
                self._servers.cluster.admin_url, {name: self._passwords(name) for name in self._own_databases()}
            )
        for name, url in self.addresses.database_urls.items():
            cluster.wait(url, f"vérifiez la base {name}, {name.upper()}_DATABASE_URL si vous l'avez donnée")

    def migrate(self) -> None:
        """Bring each database to the newest schema."""
        for name, url in self.addresses.database_urls.items():
            done = subprocess.run(
                [sys.executable, "-m", "chassis.migrate", name],
                cwd=CHECKOUT,
                env={**base_environment(self.layout.home), **self._database_urls(name, url)},
                capture_output=True,
                text=True,
                timeout=MIGRATION_SECONDS,
                check=False,
            )
            if done.returncode:
                raise Failure(f"Migration de la base {name} : {' '.join(done.stderr.split())[-400:]}")

    def start_services(self) -> None:
        """Every process of the system."""
        if self._options.programs:
            self._supervisor.start_group(SERVICES)

    def wait_until_ready(self, *names: str, seconds: float = readiness.READY_SECONDS) -> None:
        """Return when these processes (by default all) say that they are ready."""
        wanted = {
            program.name: self._ports[f"health-{program.name}"]
            for program in self._options.programs
            if program.answers_health and (not names or program.name in names)
        }
        readiness.wait(wanted, self._supervisor.states, self.layout.logs, seconds)
        if self._servers.broker and not names:
            time.sleep(YOUNG_QUEUE_SECONDS)
        self.write_endpoints()

    def up(self) -> None:
        """All the steps above."""
        self.start_servers()
        self.wait_for_broker()
        self.wait_for_databases()
        self.migrate()
        self.start_services()
        self.wait_until_ready()

    @property
    def supervisor_runs(self) -> bool:
        return self._supervisor.pid is not None

    @property
    def admin_url(self) -> str:
        """postgresql:// address of the private cluster, as its administrator."""
        if self._servers.cluster is None:
            raise Failure("Ce système n'a pas de PostgreSQL privé.")
        return self._servers.cluster.admin_url

    @property
    def data_elsewhere(self) -> Path | None:
        """Where PostgreSQL's data are if its user cannot reach the system's own folder."""
        private = self._servers.cluster
        return private.data if private and private.data != private.folder else None

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to speak to this system's services and databases."""
        return whole_environment(self.addresses)

    def write_endpoints(self) -> None:
        """Bring endpoints.json up to date."""
        self.endpoints.write(self._supervisor.states())

    def states(self) -> dict[str, State]:
        """What the supervisor says of each process."""
        return self._supervisor.states()

    def pids(self, name: str) -> list[int]:
        """Process number of this process, then those of its descendants; empty if it does not run."""
        return processes.with_children({name: self._supervisor.states()[name].pid})[name]

    def start(self, name: str) -> None:
        """Start a process that `stop` stopped."""
        self._supervisor.start(name)

    def stop(self, name: str) -> None:
        """Stop a process, and leave it stopped."""
        self._supervisor.stop(name)

    def add_vhost(self, name: str) -> None:
        """A virtual host of the private broker, open to its user."""
        self._servers.control_broker("add_vhost", name)
        self._servers.control_broker("set_permissions", "-p", name, broker.USER, ".*", ".*", ".*")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop everything that was started; the data stay."""
        self._supervisor.close()
        end_left_over(self.layout)

    def _choose_ports(self) -> dict[str, int]:
        health = [f"health-{program.name}" for program in self._options.programs if program.answers_health]
        names = ["web", "smtp", "outside", *broker.PORTS, "postgres", *health]
        return ports.choose(self.layout.ports, names, self._options.preferred_ports)

    def _private_servers(self) -> Servers:
        layout, secrets, options = self.layout, self._keys, self._options
        return Servers(
            home=layout.home,
            broker=None if options.amqp_url else private_broker(layout, secrets, self._ports),
            cluster=(
                private_cluster(layout, secrets, self._ports["postgres"], options.durable)
                if self._own_databases()
                else None
            ),
        )

    def _own_databases(self) -> list[str]:
        return [name for name in self._options.databases if name not in self._options.database_urls]

    def _passwords(self, service: str) -> databases.Passwords:
        name = service.upper()
        return databases.Passwords(self._keys[f"{name}_DATABASE_PASSWORD"], self._keys[f"{name}_OWNER_PASSWORD"])

    def _database_urls(self, service: str, url: str) -> dict[str, str]:
        """What the migration command needs: with the owner's, where the database is one of ours."""
        urls = {f"{service.upper()}_DATABASE_URL": url}
        if self._servers.cluster and service in self._own_databases():
            admin_url, role = self._servers.cluster.admin_url, databases.owner(service)
            password = self._passwords(service).owner
            urls[f"{service.upper()}_OWNER_DATABASE_URL"] = databases.url(admin_url, service, password, role)
        return urls

    def _locate(self) -> Addresses:
        urls = dict(self._options.database_urls)
        if self._servers.cluster:
            for name in self._own_databases():
                urls[name] = databases.url(self._servers.cluster.admin_url, name, self._passwords(name).service)
        return Addresses(
            home=self.layout.home,
            amqp_url=self._options.amqp_url or (self._servers.broker.url if self._servers.broker else ""),
            database_urls=urls,
            blobs=self.layout.blobs,
            sockets=self.layout.sockets,
            outside=self.layout.outside,
            settings=self._options.settings,
            auth_hmac_key=self._keys["AUTH_HMAC_KEY"],
            auth_vapid_key=self._keys["AUTH_VAPID_KEY"],
            ports=self._ports,
            overrides=self._options.overrides,
        )

    def _services(self) -> list[Entry]:
        return [
            Entry(program.name, SERVICES, command(program), environment(program, self.addresses))
            for program in self._options.programs
        ]


def check_space(home: Path) -> None:
    """Refuse to start on a full disk."""
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    if free < FREE_BYTES:
        raise Failure(
            f"Il reste {free // 1024**2} Mo sur le disque de {existing} : libérez-en pour avoir au moins 1024 Mo."
        )


def end_left_over(layout: Layout) -> None:
    """End what is still alive of this system, however it was started; no longer tell where it answers."""
    data, _ = cluster.place(layout.postgres, layout.digest)
    processes.end(processes.left_over(layout.home, data))
    for told in (layout.endpoints, layout.environment):
        told.unlink(missing_ok=True)


def erase_all(folder: Path) -> None:
    """Remove a folder of stopped systems, and what they had to put elsewhere."""
    for home in folder.iterdir():
        erase(Layout(home))
    shutil.rmtree(folder)


def erase(layout: Layout) -> None:
    """Remove every file of a stopped system, wherever it had to be put."""
    data, _ = cluster.place(layout.postgres, layout.digest)
    for folder in (data, layout.sockets, layout.home):
        if folder.is_dir():
            shutil.rmtree(folder)
