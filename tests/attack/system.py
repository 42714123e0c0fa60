"""The private system that is attacked: auth and the gateway as in service, which believes who says where they are."""

from pathlib import Path

from deploy.local.programs import PROGRAMS
from deploy.local.system import Options

PARTS = ("auth", "gateway")


def options(home: Path, **overrides: str) -> Options:
    return Options(
        home=home,
        programs=tuple(program for program in PROGRAMS if program.service in PARTS),
        databases=("auth",),
        preferred_ports={},
        overrides={"LOG_LEVEL": "WARNING", "TRUSTED_PROXIES": "127.0.0.1"} | overrides,
    )
