"""The rule of chassis.logging, with a secret planted everywhere an exception's text could slip out."""

import json
import subprocess
import sys
from typing import Any

import pytest

SECRET = "NUMEN-20X1234567ABC"

HEAD = f"""
import asyncio, gc, logging, threading
from chassis.correlation import correlated
from chassis.logging import configure
from contracts.errors import ErrorCode, ServiceError
configure("proof", "DEBUG")
SECRET = "{SECRET}"
log = logging.getLogger("services.proof")
def broken():
    raise ValueError(SECRET)
"""


def lines(program: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-c", HEAD + program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert SECRET not in done.stderr + done.stdout
    return [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.parametrize(
    "program",
    [
        "try: broken()\nexcept ValueError: log.exception('failed')",
        "try: broken()\nexcept ValueError as error: log.error('failed: %s', error)",
        "try: broken()\nexcept ValueError as error: log.error('failed: %(why)s', {'why': error})",
        "try: broken()\nexcept ValueError as error: log.error(error)",
        "try: broken()\nexcept ValueError as error: log.error('failed', extra={'cause': error, 'all': [error]})",
        "log.error('failed', extra={'object': type('Request', (), {'__repr__': lambda _: SECRET})()})",
        "log.error('%d', SECRET)",
        "broken()",
        "threading.Thread(target=broken).start()",
        "class Dying:\n    def __del__(self): broken()\nDying()",
        "async def main():\n    asyncio.create_task(afail())\n    await asyncio.sleep(0.05)\n    gc.collect()\n"
        "async def afail(): broken()\nasyncio.run(main(), debug=True)",
        "from chassis import green\nimport eventlet\neventlet.spawn_n(broken)\neventlet.sleep(0.05)",
        "logging.getLogger('kombu').error('cannot decode %r %s', b'NUMEN-20X1234567ABC', SECRET)",
        "logging.getLogger('elsewhere').error(ValueError(SECRET))",
        "logging.getLogger('elsewhere').error('failed\\nbody: ' + SECRET)",
    ],
)
def test_the_text_of_an_exception_never_reaches_the_log(program: str) -> None:
    told = lines(program)
    assert told, "nothing was logged at all"
    assert all(line["process"] == "proof" for line in told)


def test_an_exception_that_nobody_catches_is_told_by_type_and_place() -> None:
    (told,) = lines("broken()")
    assert told["level"] == "critical" and told["error"]["type"] == "builtins.ValueError"
    assert told["error"]["at"][0].endswith(":10")


def test_a_line_holds_what_programs_need() -> None:
    (told,) = lines("with correlated('r-1'): log.warning('moved %d to %s', 3, 'inbox', extra={'account_id': 'a7'})")
    assert told["msg"] == "moved 3 to inbox"
    assert (told["level"], told["logger"], told["correlation_id"]) == ("warning", "services.proof", "r-1")
    assert told["account_id"] == "a7" and told["ts"].endswith("+00:00")


def test_a_service_error_is_told_by_code_and_detail() -> None:
    (told,) = lines(
        "try: raise ServiceError(ErrorCode.CONFLICT, 'two of them', details={'secret': SECRET})\n"
        "except ServiceError: log.exception('failed')"
    )
    assert (told["error"]["code"], told["error"]["detail"]) == ("conflict", "two of them")


def test_a_message_cannot_forge_a_line() -> None:
    (told,) = lines('log.info(\'one\\n{"level":"error"}\')')
    assert told["level"] == "info"


def test_libraries_that_talk_too_much_are_quiet() -> None:
    assert (
        lines(
            "for name in ('nameko.containers', 'kombu.mixins', 'amqp', 'aio_pika', 'uvicorn.access'):\n"
            "    logging.getLogger(name).info('hello')"
        )
        == []
    )
