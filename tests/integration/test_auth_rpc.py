"""Auth as a real process on the bus: the first sign-in from end to end, and what its log must never hold."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import aio_pika
import pytest
from pydantic import SecretStr

from chassis.rpc_client import RpcClient
from contracts.account import AccountApi, AccountRequest, Holder, PasswordChange
from contracts.auth import Activation, AuthApi, Client, Credentials, SessionToken, SolvedChallenge
from contracts.base import Ping
from contracts.errors import ErrorCode, ServiceError
from contracts.recovery import ChallengeRequest, RecoveryApi
from deploy.local.layout import CHECKOUT
from deploy.local.system import System
from tests.infra.challenges import solve
from tests.infra.processes import Processes

NUMEN = "34S2612345XYZ"
PASSWORD = "tambour des lilas"
OTHER_PASSWORD = "guirlande orange 17"
THIRD_PASSWORD = "remparts orage cerise"
HEADER = "nom;prenom;date_naissance;numen;categorie;uai;departement"
CSV = f"{HEADER}\nFictif;Zoé;14/07/1981;{NUMEN};administratif;0340042X;Gard\n"
SECRETS = (NUMEN, NUMEN.lower(), PASSWORD, OTHER_PASSWORD, THIRD_PASSWORD, "1981-07-14", "14/07/1981", "zoe.fictif")
TIMEOUT = 10.0

Result = TypeVar("Result")


@pytest.fixture(scope="module")
def auth(processes: Processes) -> Iterator[System]:
    with processes("auth-rpc", "auth-outbox", LOG_LEVEL="DEBUG") as system:
        yield system


def cli(system: System, *arguments: str, stdin: str = "", **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "services.auth.cli", *arguments],
        cwd=CHECKOUT,
        env=system.environment | environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def with_client(system: System, act: Callable[[RpcClient], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        async with RpcClient(system.addresses.amqp_url) as client:
            return await act(client)

    return asyncio.run(run())


def credentials(password: str, login: str = "zoe.fictif@ac-montpellier.example") -> Credentials:
    return Credentials(login=login, password=SecretStr(password), client=Client(source="192.0.2.9"))


async def solved(client: RpcClient, system: System) -> SolvedChallenge:
    challenge = await client.call(RecoveryApi.new_challenge, ChallengeRequest(), timeout=TIMEOUT)
    return SolvedChallenge.model_validate(solve(system.environment, challenge.model_dump()))


async def refusal(call: Awaitable[object]) -> ErrorCode:
    with pytest.raises(ServiceError) as raised:
        await call
    return raised.value.code


def test_from_the_file_to_the_session_and_out(auth: System) -> None:
    assert cli(auth, "import", "-", stdin=CSV) == "1 créé, 0 modifié, 0 inchangé, 0 refusé\n"
    assert cli(auth, "import", "-", stdin=CSV) == "0 créé, 0 modifié, 1 inchangé, 0 refusé\n"

    async def act(client: RpcClient) -> None:
        first = await client.call(AuthApi.sign_in, credentials(NUMEN), timeout=TIMEOUT)
        assert first.must_choose_password is not None
        ticket = first.must_choose_password.ticket

        weak = Activation(ticket=ticket, password=SecretStr("Fictif14071981"))
        with pytest.raises(ServiceError) as raised:
            await client.call(AuthApi.activate, weak, timeout=TIMEOUT)
        assert (raised.value.code, raised.value.details) == (ErrorCode.WEAK_PASSWORD, {"advice": ["too-personal"]})

        good = Activation(ticket=ticket, password=SecretStr(PASSWORD))
        signed_in = await client.call(AuthApi.activate, good, timeout=TIMEOUT)
        assert signed_in.agent.given_name == "Zoé"
        assert await refusal(client.call(AuthApi.activate, good, timeout=TIMEOUT)) == ErrorCode.TICKET_EXPIRED

        token = SessionToken(token=signed_in.token)
        session = await client.call(AuthApi.verify_session, token, timeout=TIMEOUT)
        assert (session.agent, session.csrf) == (signed_in.agent, signed_in.csrf)
        again = await client.call(AuthApi.sign_in, credentials(PASSWORD), timeout=TIMEOUT)
        assert again.signed_in is not None
        assert await client.call(AuthApi.verify_password, credentials(PASSWORD), timeout=TIMEOUT) == session.agent

        for wrong in (NUMEN, OTHER_PASSWORD):
            refused = client.call(AuthApi.sign_in, credentials(wrong), timeout=TIMEOUT)
            assert await refusal(refused) == ErrorCode.BAD_CREDENTIALS

        await client.call(AuthApi.sign_out, token, timeout=TIMEOUT)
        await client.call(AuthApi.sign_out, token, timeout=TIMEOUT)
        ended = client.call(AuthApi.verify_session, token, timeout=TIMEOUT)
        assert await refusal(ended) == ErrorCode.BAD_CREDENTIALS

    with_client(auth, act)


def test_a_changed_password_goes_on_in_one_session(auth: System) -> None:
    cli(auth, "agent", ADDRESS="change.essai@ac-montpellier.example", PASSWORD=OTHER_PASSWORD)

    async def act(client: RpcClient) -> None:
        opened = []
        for _ in range(2):
            reply = await client.call(AuthApi.sign_in, credentials(OTHER_PASSWORD, "change.essai"), timeout=TIMEOUT)
            assert reply.signed_in is not None
            opened.append(reply.signed_in)
        session = await client.call(AuthApi.verify_session, SessionToken(token=opened[1].token), timeout=TIMEOUT)
        holder = Holder(account_id=session.agent.account_id, session_id=session.session_id)
        asked = AccountRequest(holder=holder)
        listed = await client.call(AccountApi.list_sessions, asked, timeout=TIMEOUT)
        assert [one.current for one in listed.sessions] == [True, False]
        for common in ("manchesterunited", "rectorat2026"):
            change = PasswordChange(holder=holder, current=SecretStr(OTHER_PASSWORD), password=SecretStr(common))
            with pytest.raises(ServiceError) as raised:
                await client.call(AccountApi.change_password, change, timeout=TIMEOUT)
            assert raised.value.details == {"advice": ["too-common"]}
        change = PasswordChange(holder=holder, current=SecretStr(OTHER_PASSWORD), password=SecretStr(THIRD_PASSWORD))
        changed = await client.call(AccountApi.change_password, change, timeout=TIMEOUT)
        for old in opened:
            ended = client.call(AuthApi.verify_session, SessionToken(token=old.token), timeout=TIMEOUT)
            assert await refusal(ended) == ErrorCode.BAD_CREDENTIALS
        gone = client.call(AccountApi.end_other_sessions, asked, timeout=TIMEOUT)
        assert await refusal(gone) == ErrorCode.NOT_FOUND
        assert await client.call(AuthApi.verify_session, SessionToken(token=changed.token), timeout=TIMEOUT)

    with_client(auth, act)


def test_an_agent_made_by_hand_signs_in_at_once(auth: System) -> None:
    first = cli(auth, "agent", ADDRESS="jeu.essai@ac-montpellier.example", PASSWORD=OTHER_PASSWORD)
    second = cli(auth, "agent", "--address", "jeu.essai", "--password-stdin", stdin=OTHER_PASSWORD + "\n")
    assert first == second

    async def act(client: RpcClient) -> str:
        request = credentials(OTHER_PASSWORD, "Jeu.Essai")
        return (await client.call(AuthApi.verify_password, request, timeout=TIMEOUT)).account_id

    assert with_client(auth, act) == first.strip()


def test_other_calls_are_answered_while_passwords_are_hashed(auth: System) -> None:
    """Twenty at once are a crowd, of whom the displayed code is asked: each brings it."""

    async def act(client: RpcClient) -> tuple[list[float], float]:
        delays: list[float] = []
        wrong = [
            credentials("essai", f"n{n}").model_copy(update={"solved": await solved(client, auth)}) for n in range(20)
        ]
        started = time.perf_counter()
        hashing = [
            asyncio.ensure_future(refusal(client.call(AuthApi.sign_in, request, timeout=60))) for request in wrong
        ]
        while not all(task.done() for task in hashing):
            sent = time.perf_counter()
            await client.call(AuthApi.ping, Ping(), timeout=TIMEOUT)
            delays.append(time.perf_counter() - sent)
            await asyncio.sleep(0.002)
        assert set(await asyncio.gather(*hashing)) == {ErrorCode.BAD_CREDENTIALS}
        return sorted(delays), time.perf_counter() - started

    delays, total = with_client(auth, act)
    p99 = delays[int(len(delays) * 0.99)]
    print(
        f"ping during 20 hashes in {total:.2f} s: p50 {delays[len(delays) // 2] * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms"
    )
    one_hash = total / 20
    assert delays[len(delays) // 2] < one_hash / 4, "hashed in the loop, every ping would wait for a hash"
    assert p99 < 2 * one_hash


def test_the_directory_position_leaves_by_itself(auth: System) -> None:
    """Until the relay has published it, a position stands in the outbox; afterwards mail's queue holds it."""
    deadline = time.monotonic() + 20
    queue = "mail.auth.directory.position"
    while time.monotonic() < deadline and not _messages(auth, queue):
        time.sleep(0.2)
    assert _messages(auth, queue) >= 1


def test_no_secret_reaches_a_log(auth: System) -> None:
    text = "".join(path.read_text(errors="replace") for path in auth.layout.logs.iterdir() if path.is_file())
    assert '"process": "auth-rpc"' in text or '"process":"auth-rpc"' in text
    assert [secret for secret in SECRETS if secret in text] == []


def _messages(system: System, queue: str) -> int:
    async def count() -> int:
        connection = await aio_pika.connect(system.addresses.amqp_url)
        async with connection:
            channel = await connection.channel()
            declared = await channel.get_queue(queue, ensure=True)
            return declared.declaration_result.message_count or 0

    return asyncio.run(count())
