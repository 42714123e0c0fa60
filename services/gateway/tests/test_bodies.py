"""Body texts leave before the bus and come back after it."""

import asyncio
from pathlib import Path

import orjson
import pytest

from chassis.blobs import BlobStore
from chassis.blobs.files import FileBlobStore
from chassis.jmap.errors import MethodError
from contracts.jmap import Invocation, JsonObject
from services.gateway.blobs.threads import DiskThreads
from services.gateway.jmap.budget import Budget
from services.gateway.jmap.methods.bodies import BodyOffload
from services.gateway.jmap.methods.renditions import RenditionFill, truncate


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all tests: making its folders takes longer than they do."""
    return tmp_path_factory.mktemp("blobs")


def email_set(arguments: JsonObject, name: str = "Email/set") -> Invocation:
    return Invocation(name=name, arguments=arguments, call_id="0")


def offload(store: BlobStore, call: Invocation) -> Invocation:
    return asyncio.run(BodyOffload(store, DiskThreads(1)).prepare(call))


def test_every_text_becomes_a_blob_and_the_rest_of_the_value_stays(root: Path) -> None:
    store = FileBlobStore(root)
    values: JsonObject = {"1": {"value": "Bonjour à tous", "isTruncated": False}, "2": {"value": "<p>é</p>"}}
    call = email_set({"accountId": "a", "create": {"k": {"subject": "s", "bodyValues": values}}})
    created = offload(store, call).arguments["create"]["k"]
    named = created["bodyValues"]["1"]
    assert named["isTruncated"] is False
    assert store.read(named["value"]["blob"]) == "Bonjour à tous".encode()
    assert named["value"]["size"] == 15
    assert store.read(created["bodyValues"]["2"]["value"]["blob"]) == "<p>é</p>".encode()
    assert created["subject"] == "s"
    assert values["1"]["value"] == "Bonjour à tous"


@pytest.mark.parametrize(
    "create", [None, [], {"k": 1}, {"k": {"bodyValues": 1}}, {"k": {"bodyValues": {"1": 1}}}, {"k": {"bodyValues": {}}}]
)
def test_what_holds_no_value_is_left_for_the_service_to_refuse(root: Path, create: object) -> None:
    call = email_set({"accountId": "a", "create": create})
    assert offload(FileBlobStore(root), call).arguments == call.arguments


@pytest.mark.parametrize("forged", [{"blob": "0" * 64, "size": 3}, [], 1, None])
def test_a_client_never_names_a_blob_in_place_of_a_text(root: Path, forged: object) -> None:
    values = {"1": {"value": forged, "isTruncated": False}, "2": {"value": "x"}}
    call = offload(FileBlobStore(root), email_set({"create": {"k": {"bodyValues": values}}}))
    created = call.arguments["create"]["k"]
    assert created["bodyValues"]["1"] == {"value": None, "isTruncated": False}
    assert created["bodyValues"]["2"]["value"]["size"] == 1


def test_creations_under_a_reference_do_not_leave_unseen(root: Path) -> None:
    reference = {"resultOf": "0", "name": "Email/get", "path": "/list"}
    with pytest.raises(MethodError) as raised:
        offload(FileBlobStore(root), email_set({"accountId": "a", "#create": reference}))
    assert raised.value.type == "invalidResultReference"


def test_only_email_set_has_bodies(root: Path) -> None:
    call = email_set({"create": {"k": {"bodyValues": {"1": {"value": "x"}}}}}, "Mailbox/set")
    assert offload(FileBlobStore(root), call) is call


def test_a_disk_that_refuses_makes_the_method_unavailable_not_the_request(root: Path) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "no space")

    FileBlobStore(root)
    with pytest.raises(MethodError) as raised:
        offload(FileBlobStore(root, refuse), email_set({"create": {"k": {"bodyValues": {"1": {"value": "x"}}}}}))
    assert raised.value.type == "serverUnavailable"


RENDITION = {
    "version": 1,
    "parts": {
        "1": {"value": "Réunion à 10 h", "isEncodingProblem": False, "isTruncated": False},
        "2": {"value": "<p>Réunion</p>", "isEncodingProblem": True, "isTruncated": True},
    },
    "safe": {
        "html": '<img data-cid="logo">',
        "blocked_remote": ["https://x.example/1", "https://x.example/2"],
        "cids": [{"cid": "logo", "part_id": "3"}, {"cid": "gone"}],
    },
    "text": "Réunion",
}


class Filler:
    def __init__(self, root: Path, document: object = RENDITION, cache_bytes: int = 10_000) -> None:
        self.store = FileBlobStore(root)
        self.sha256 = self.store.put(orjson.dumps(document)).sha256
        self.fill = RenditionFill(self.store, DiskThreads(1), cache_bytes)

    def get(self, *, budget: int = 10_000, email: JsonObject | None = None, **asked: object) -> JsonObject:
        item = {"id": "e", **(email or {}), "_rendition": {"sha256": self.sha256, **asked}}
        answer = Invocation(name="Email/get", arguments={"list": [{"id": "plain"}, item]}, call_id="0")
        filled = asyncio.run(self.fill.finish(answer, Budget(budget)))
        assert filled.arguments["list"][0] == {"id": "plain"}
        found: JsonObject = filled.arguments["list"][1]
        assert "_rendition" not in found
        return found


def test_the_parts_asked_for_are_filled(root: Path) -> None:
    email = Filler(root).get(body_values=["1", "2"])
    assert email["bodyValues"]["1"] == {"value": "Réunion à 10 h", "isEncodingProblem": False, "isTruncated": False}
    assert email["bodyValues"]["2"] == {"value": "<p>Réunion</p>", "isEncodingProblem": True, "isTruncated": True}
    assert "safeHtml" not in email


def test_what_was_parsed_is_filled_by_its_blob(root: Path) -> None:
    filler = Filler(root)
    one: JsonObject = {"subject": "s", "_rendition": {"sha256": filler.sha256, "body_values": ["1"]}}
    for parsed in ({"Bx": one, "By": {"subject": "t"}}, None):
        answer = Invocation(name="Email/parse", arguments={"parsed": parsed, "notFound": ["Bz"]}, call_id="0")
        filled = asyncio.run(filler.fill.finish(answer, Budget(10_000))).arguments
        assert filled["notFound"] == ["Bz"]
    assert one["bodyValues"]["1"]["value"] == "Réunion à 10 h"
    assert "_rendition" not in one


def test_safe_html_comes_with_its_images_and_the_number_of_blocked_addresses(root: Path) -> None:
    email = Filler(root).get(safe_html=True, inline={"logo": "Pm-3", "other": "Pm-4"})
    assert email["safeHtml"] == {"html": '<img data-cid="logo">', "blockedRemote": 2, "cids": {"logo": "Pm-3"}}
    assert "bodyValues" not in email


def test_a_message_without_html_has_no_safe_html(root: Path) -> None:
    assert Filler(root, {"parts": {}, "text": "x"}).get(safe_html=True)["safeHtml"] is None


def test_values_are_cut_between_characters_and_say_so(root: Path) -> None:
    value = Filler(root).get(body_values=["1"], max_bytes=2)["bodyValues"]["1"]
    assert value == {"value": "R", "isEncodingProblem": False, "isTruncated": True}


def test_html_is_not_cut_inside_a_tag(root: Path) -> None:
    email = {"htmlBody": [{"partId": "2", "type": "text/html"}]}
    value = Filler(root).get(body_values=["2"], max_bytes=13, email=email)["bodyValues"]["2"]
    assert value["value"] == "<p>Réunion"


@pytest.mark.parametrize(("maximum", "kept"), [(0, "éé"), (4, "éé"), (3, "é"), (1, "")])
def test_a_maximum_counts_octets(maximum: int, kept: str) -> None:
    assert truncate("éé", maximum) == (kept, kept != "éé")


def test_a_rendition_that_is_gone_hides_one_email_only(root: Path) -> None:
    filler = Filler(root)
    filler.store.path(filler.sha256).unlink()
    email = filler.get(body_values=["1"], safe_html=True)
    assert email["bodyValues"]["1"] == {"value": "", "isEncodingProblem": True, "isTruncated": False}
    assert email["safeHtml"] is None


def test_a_rendition_is_read_once_while_the_cache_holds_it(root: Path) -> None:
    filler = Filler(root)
    filler.get(body_values=["1"])
    filler.store.path(filler.sha256).unlink()
    assert filler.get(body_values=["1"])["bodyValues"]["1"]["value"] == "Réunion à 10 h"


def test_the_cache_keeps_no_more_than_its_bytes(root: Path) -> None:
    filler = Filler(root, cache_bytes=10)
    filler.get(body_values=["1"])
    filler.store.path(filler.sha256).unlink()
    assert filler.get(body_values=["1"])["bodyValues"]["1"]["isEncodingProblem"] is True


def test_values_past_the_budget_of_the_response_are_refused(root: Path) -> None:
    with pytest.raises(MethodError) as raised:
        Filler(root).get(body_values=["1"], budget=5)
    assert raised.value.type == "requestTooLarge"
