"""A private RabbitMQ node and its own epmd: own name, ports, cookie and data, on the loopback only.

epmd is started beside the node instead of by it: as a daemon of Erlang's it would outlive the node. The script in
/usr/lib/rabbitmq/bin is called because the one in /usr/sbin changes to the system's user.
"""

import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import amqp

from deploy.local.failure import Failure
from deploy.local.keys import write_private

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
CONTROL = Path("/usr/lib/rabbitmq/bin/rabbitmqctl")
RELEASES = Path("/usr/lib/rabbitmq/lib")
OLDEST = (3, 10)
PORTS = ("amqp", "erlang-distribution", "epmd", "rabbitmqctl")
USER = VHOST = "webmail"
START_SECONDS = 60.0
CONNECT_SECONDS = 5.0
# The write-ahead log of quorum queues is kept in memory too, up to this size (512 MiB by default).
WAL_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Broker:
    """One private node. `folder` holds all of it; `ports` has the names of PORTS."""

    folder: Path
    node: str
    ports: Mapping[str, int]
    password: str
    cookie: str

    @property
    def url(self) -> str:
        return f"amqp://{USER}:{self.password}@127.0.0.1:{self.ports['amqp']}/{VHOST}"

    @property
    def environment(self) -> dict[str, str]:
        """What the node, epmd and rabbitmqctl need; together with PATH it is all that they need."""
        inside = {
            "RABBITMQ_MNESIA_BASE": "mnesia",
            "RABBITMQ_LOG_BASE": "log",
            "RABBITMQ_PID_FILE": "pid",
            "RABBITMQ_CONFIG_FILE": "rabbitmq",
            "RABBITMQ_CONF_ENV_FILE": "environment.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": "plugins",
            "HOME": "home",
        }
        return {
            **{name: str(self.folder / path) for name, path in inside.items()},
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.ports["amqp"]),
            "RABBITMQ_DIST_PORT": str(self.ports["erlang-distribution"]),
            "RABBITMQ_CTL_DIST_PORT_MIN": str(self.ports["rabbitmqctl"]),
            "RABBITMQ_CTL_DIST_PORT_MAX": str(self.ports["rabbitmqctl"]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.ports["epmd"]),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false"  # and none of its own daemons
            ),
            # Makes the script become the node instead of its parent: kill -9 of the parent would leave the node.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    @property
    def epmd_command(self) -> str:
        return f"epmd -address 127.0.0.1 -port {self.ports['epmd']}"

    @property
    def server_command(self) -> str:
        return str(SERVER)

    def configure(self) -> None:
        """Write the node's files; user, password and virtual host are taken from them at its first start."""
        home = self.folder / "home"
        for folder in (home, self.folder / "mnesia", self.folder / "log"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        cookie = home / ".erlang.cookie"
        if not cookie.exists():
            write_private(cookie, self.cookie)
            cookie.chmod(0o400)
        settings = {
            "default_vhost": VHOST,
            "default_user": USER,
            "default_pass": self.password,
            "default_permissions.configure": ".*",
            "default_permissions.read": ".*",
            "default_permissions.write": ".*",
            "raft.wal_max_size_bytes": str(WAL_BYTES),
        }
        write_private(self.folder / "rabbitmq.conf", "".join(f"{key} = {value}\n" for key, value in settings.items()))
        (self.folder / "environment.conf").write_text("")
        (self.folder / "plugins").write_text("[].\n")


def check_version() -> None:
    """Refuse a RabbitMQ that is older than what was tried."""
    found = max((_version(path.name) for path in RELEASES.glob("rabbitmq_server-*")), default=None)
    if found is None:
        raise Failure(
            f"RabbitMQ introuvable dans {RELEASES} : installez le paquet rabbitmq-server, ou donnez AMQP_URL."
        )
    if found < OLDEST:
        raise Failure(
            f"RabbitMQ {'.'.join(map(str, found))} est trop ancien : "
            f"installez la version {'.'.join(map(str, OLDEST))} ou une plus récente, ou donnez AMQP_URL."
        )


def answers(url: str) -> str | None:
    """Sign in at a broker: None if it takes us, else why not (without the password)."""
    parts = urlsplit(url)
    port = parts.port or (5671 if parts.scheme == "amqps" else 5672)
    try:
        with amqp.Connection(
            host=f"{parts.hostname}:{port}",
            userid=unquote(parts.username or "guest"),
            password=unquote(parts.password or "guest"),
            virtual_host=unquote(parts.path[1:]) or "/",
            ssl={"context": ssl.create_default_context()} if parts.scheme == "amqps" else False,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=CONNECT_SECONDS,
        ):
            return None
    except (OSError, amqp.AMQPError) as error:
        return f"{parts.hostname}:{port}: {error}"


def wait(url: str, advice: str = "lisez son journal", seconds: float = START_SECONDS) -> None:
    """Return when the broker takes connections; else a Failure that ends with `advice`."""
    end = time.monotonic() + seconds
    while (reason := answers(url)) is not None:
        if time.monotonic() > end:
            raise Failure(f"RabbitMQ ne répond pas après {seconds:.0f} s ({reason}) : {advice}.")
        time.sleep(0.1)


def _version(folder: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder.partition("-")[2])[:3])
