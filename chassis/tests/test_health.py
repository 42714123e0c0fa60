import asyncio
import socket
import urllib.error
import urllib.request

import pytest

from chassis.health import AsyncHealthServer, HealthServer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_threaded_server_tells_life_readiness_and_metrics() -> None:
    port = free_port()
    server = HealthServer("127.0.0.1", port)
    healthy = [True]
    server.add_check("thing", lambda: healthy[0])
    server.start()
    try:
        assert get(port, "/livez") == (200, "{}")
        assert get(port, "/readyz") == (200, '{"thing":true}')
        healthy[0] = False
        assert get(port, "/readyz") == (503, '{"thing":false}')
        assert get(port, "/metrics")[0] == 200
        assert get(port, "/")[0] == 404
    finally:
        server.close()


def test_an_asyncio_server_tells_the_same() -> None:
    async def broken() -> bool:
        return False

    async def main() -> tuple[tuple[int, str], ...]:
        port = free_port()
        async with AsyncHealthServer("127.0.0.1", port) as server:
            server.add_check("thing", broken)
            return (
                await asyncio.to_thread(get, port, "/livez"),
                await asyncio.to_thread(get, port, "/readyz"),
                await asyncio.to_thread(get, port, "/elsewhere"),
            )

    assert asyncio.run(main()) == ((200, "{}"), (503, '{"thing":false}'), (404, "{}"))


@pytest.mark.parametrize("sent", [b"\r\n\r\n", b"GET", b"x" * 10_000, b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200])
def test_nonsense_does_not_stop_the_asyncio_server(sent: bytes) -> None:
    async def main() -> tuple[int, str]:
        port = free_port()
        async with AsyncHealthServer("127.0.0.1", port):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            writer.close()
            return await asyncio.to_thread(get, port, "/livez")

    assert asyncio.run(main()) == (200, "{}")


def test_port_zero_is_off() -> None:
    server = HealthServer("127.0.0.1", 0)
    server.start()
    server.close()


def test_a_taken_port_ends_the_process_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit):
            HealthServer("127.0.0.1", port).start()
    told = capsys.readouterr().err
    assert str(port) in told and told.count("\n") == 1
