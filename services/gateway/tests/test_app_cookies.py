"""What signing in leaves on a computer, and what a shared one keeps."""

import re
import time

import httpx
import pytest

from contracts.mail import BlobLocation, BlobSegment
from services.gateway.tests.people import ACCOUNT, ADDRESS, DEVICE, PASSWORD, SESSION, TOKEN
from services.gateway.tests.world import COOKIE, SIGNED_IN, World

BLOB = BlobLocation(size=7, name="note.txt", type="text/plain", segments=[BlobSegment(inline=b"bonjour")])
ECHO = '{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{"x":1},"c"]]}'


def sign_in(world: World, *, shared: bool, cookie: str = "") -> list[str]:
    answer = world.request(
        "POST",
        "/api/v1/session",
        json={"login": ADDRESS, "password": PASSWORD, "shared": shared},
        headers={"Cookie": cookie} if cookie else {},
    )
    assert answer.json()["session"]["shared"] is shared
    return answer.headers.get_list("set-cookie")


def max_age(cookie: str) -> int:
    found = re.search(r"; Max-Age=(\d+)", cookie)
    assert found is not None, cookie
    return int(found[1])


def test_the_session_lasts_to_its_absolute_end_and_the_device_is_remembered_for_a_year(world: World) -> None:
    session, device = sign_in(world, shared=False)
    assert abs(max_age(session) - (SESSION.expires_at - time.time())) < 60
    assert device.startswith(f"wm_device={DEVICE}; Path=/; HttpOnly; SameSite=Strict")
    assert 300 * 86_400 < max_age(device) <= 400 * 86_400


def test_a_shared_computer_keeps_a_cookie_until_the_browser_is_closed_and_is_not_remembered(world: World) -> None:
    assert sign_in(world, shared=True) == [f"wm_session={TOKEN}; Path=/; HttpOnly; SameSite=Strict"]


def test_auth_is_told_of_the_device_and_leaves_it_as_it_is(world: World) -> None:
    cookies = sign_in(world, shared=False, cookie=f"wm_device={DEVICE}")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["wm_session"]
    name, asked = world.bus.calls[-1]
    assert name == "auth.sign_in"
    client = asked.client  # type: ignore[attr-defined]
    assert client.device.get_secret_value() == DEVICE
    assert (client.shared, client.source) == (False, "127.0.0.1")
    assert client.user_agent.startswith("python-httpx")


def test_under_tls_the_device_is_bound_to_the_host(world: World) -> None:
    world.public_url = "https://messagerie.example"
    _, device = sign_in(world, shared=False)
    assert device.startswith(f"__Host-wm_device={DEVICE}; Path=/; HttpOnly; SameSite=Strict; Secure")


@pytest.mark.parametrize("shared", [False, True])
def test_signing_out_forgets_the_session_and_never_the_device(world: World, shared: bool) -> None:
    world.bus.session = SESSION.model_copy(update={"shared": shared})
    out = world.request("DELETE", "/api/v1/session", headers=SIGNED_IN | {"Cookie": f"{COOKIE['Cookie']}; wm_device=x"})
    assert out.status_code == 204
    assert out.headers.get_list("set-cookie") == ["wm_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"]
    assert out.headers.get("clear-site-data") == ('"cache", "storage"' if shared else None)


@pytest.mark.parametrize("shared", [False, True])
def test_on_a_shared_computer_no_answer_may_be_kept(world: World, shared: bool) -> None:
    world.bus.session = SESSION.model_copy(update={"shared": shared})
    world.bus.locations = {"Gabc": BLOB}
    blob = f"/jmap/download/{ACCOUNT}/Gabc/note.txt"

    async def act(client: httpx.AsyncClient) -> list[str]:
        answers = [
            await client.get(blob, headers=COOKIE),
            await client.get(blob, headers=COOKIE | {"Range": "bytes=0-1"}),
            await client.get(blob, headers=COOKIE | {"If-None-Match": '"Gabc"'}),
            await client.get("/.well-known/jmap", headers=COOKIE),
            await client.post("/jmap/api", headers=SIGNED_IN, content=ECHO),
            await client.post(f"/jmap/upload/{ACCOUNT}", headers=SIGNED_IN, content=b"x"),
            await client.get("/api/v1/session", headers=COOKIE),
            await client.get("/api/v1/account", headers=COOKIE),
            await client.get("/api/v1/nothing", headers=COOKIE),
        ]
        assert [answer.status_code for answer in answers] == [200, 206, 304, 200, 200, 201, 200, 200, 404]
        return [answer.headers["cache-control"] for answer in answers]

    found = world.run(act)
    assert all("no-store" in value for value in found[3:])
    assert all(("no-store" in value) is shared for value in found[:3])
