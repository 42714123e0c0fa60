"""Every process of the system, and the environment that each is given: its own and no other's."""

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chassis.vapid import VapidKey
from deploy.local.layout import CHECKOUT

# In the environment of every process that a system starts; by it they are found again (processes.py).
MARKER = "WEBMAIL_HOME"


@dataclass(frozen=True)
class Program:
    """One process: `python -m module`. `service` is whose database it gets; the gateway and the sink have none."""

    name: str
    module: str
    service: str | None
    answers_health: bool = True


def _of(service: str, *parts: str) -> tuple[Program, ...]:
    return tuple(Program(f"{service}-{part}", f"services.{service}.entrypoints.{part}", service) for part in parts)


SINK = Program("outside", "deploy.local.sink", None, answers_health=False)
PROGRAMS: tuple[Program, ...] = (
    *_of("auth", "rpc", "outbox", "notices", "push"),
    *_of("mail", "parser", "rpc", "events", "outbox", "smtp", "delivery", "outbound", "clock", "search"),
    *_of("calendar", "rpc", "events", "outbox"),
    *_of("contacts", "rpc", "events", "outbox"),
    Program("gateway", "services.gateway.entrypoints.http", "gateway"),
    SINK,
)


@dataclass(frozen=True)
class Addresses:
    """Where the pieces of one system are. `ports` is by name: web, smtp, outside, and health-<program>."""

    home: Path
    amqp_url: str
    database_urls: Mapping[str, str]
    blobs: Path
    sockets: Path
    outside: Path
    settings: Path
    auth_hmac_key: str
    auth_vapid_key: str
    ports: Mapping[str, int]
    overrides: Mapping[str, str] = field(default_factory=dict)

    @property
    def web(self) -> str:
        return f"http://localhost:{self.ports['web']}"


def command(program: Program) -> str:
    """How the process is started, from the checkout."""
    return f"{shlex.quote(sys.executable)} -m {program.module}"


def environment(program: Program, addresses: Addresses) -> dict[str, str]:
    """All that the process needs to know."""
    health = addresses.ports.get(f"health-{program.name}", 0)
    given = {
        **base_environment(addresses.home),
        "WEBMAIL_SETTINGS": str(addresses.settings),
        "AMQP_URL": addresses.amqp_url,
        "HEALTH_PORT": str(health),
    }
    if program.service and program.service in addresses.database_urls:
        given[f"{program.service.upper()}_DATABASE_URL"] = addresses.database_urls[program.service]
    match program.service:
        case "auth":
            given |= _auth(addresses)
        case "mail":
            given |= _mail(addresses)
        case "gateway":
            given |= _gateway(addresses)
        case None:
            given |= {"SINK_PORT": str(addresses.ports["outside"]), "SINK_FOLDER": str(addresses.outside)}
    return {**given, **addresses.overrides}


def whole_environment(addresses: Addresses) -> dict[str, str]:
    """What a command of the operator needs to speak to any service of this system."""
    return {
        **base_environment(addresses.home),
        "WEBMAIL_SETTINGS": str(addresses.settings),
        "AMQP_URL": addresses.amqp_url,
        **{f"{service.upper()}_DATABASE_URL": url for service, url in addresses.database_urls.items()},
        **_auth(addresses),
        **_mail(addresses),
        **_gateway(addresses),
        **addresses.overrides,
    }


def base_environment(home: Path) -> dict[str, str]:
    """What any process gets: nothing of the caller's but PATH and HOME."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(CHECKOUT),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO"),
        MARKER: str(home),
    }


def _auth(addresses: Addresses) -> dict[str, str]:
    return {
        "AUTH_HMAC_KEY": addresses.auth_hmac_key,
        "AUTH_VAPID_KEY": addresses.auth_vapid_key,
        "PUBLIC_URL": addresses.web,
        **_relay(addresses),
    }


def _relay(addresses: Addresses) -> dict[str, str]:
    """What leaves the domain goes to the demonstration's outside world."""
    return {"RELAY_HOST": "127.0.0.1", "RELAY_PORT": str(addresses.ports["outside"])}


def _mail(addresses: Addresses) -> dict[str, str]:
    return {
        "BLOB_ROOT": str(addresses.blobs),
        "MAIL_PARSER_SOCKET": str(addresses.sockets / "parser.sock"),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(addresses.ports["smtp"]),
        **_relay(addresses),
    }


def _gateway(addresses: Addresses) -> dict[str, str]:
    return {
        "BLOB_ROOT": str(addresses.blobs),
        "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": str(addresses.ports["web"]),
        "PUBLIC_URL": addresses.web,
        "VAPID_PUBLIC_KEY": VapidKey(addresses.auth_vapid_key).public,
    }
