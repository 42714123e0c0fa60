"""The OpenAPI document covers every route of /api/v1, and refers to nothing that it doesn't hold."""

import json
import re
from pathlib import Path

import pytest

from chassis.blobs.files import FileBlobStore
from chassis.settings import Institution, InstitutionSettings
from services.gateway.api.openapi import document
from services.gateway.app import Endpoints, routes
from services.gateway.blobs.threads import DiskThreads
from services.gateway.bootstrap import assemble
from services.gateway.limits import Limits
from services.gateway.settings import GatewaySettings
from services.gateway.tests.in_memory import InMemoryBus


@pytest.fixture(scope="module")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Endpoints:
    root = tmp_path_factory.mktemp("blobs")
    settings = GatewaySettings(amqp_url="", blob_root=Path())
    institution = InstitutionSettings(institution=Institution(name="A", domain="a.example"))
    return assemble(settings, institution, InMemoryBus(), FileBlobStore(root), DiskThreads(1), Limits()).endpoints


def test_every_route_is_in_it_with_its_methods(endpoints: Endpoints) -> None:
    written = {
        (path, method.upper())
        for path, methods in document(endpoints.operations)["paths"].items()
        for method in methods
    }
    routed = {
        (route.path, method)
        for route in routes(endpoints)
        for method in route.methods or ()
        if route.path.startswith("/api/v1/") and method != "HEAD"
    }
    assert written == routed


def test_it_refers_to_nothing_missing_and_shows_no_secret_type(endpoints: Endpoints) -> None:
    written = document(endpoints.operations)
    text = json.dumps(written)
    for name in re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', text):
        assert name in written["components"]["schemas"]
    assert written["components"]["schemas"]["SignIn"]["properties"]["password"]["writeOnly"] is True


def test_unsafe_operations_of_a_session_ask_for_the_csrf_token(endpoints: Endpoints) -> None:
    paths = document(endpoints.operations)["paths"]
    assert paths["/api/v1/session"]["delete"]["security"] == [{"session": [], "csrf": []}]
    assert paths["/api/v1/session"]["get"]["security"] == [{"session": []}]
    assert "security" not in paths["/api/v1/settings"]["get"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            needed: list[dict[str, list[str]]] = [{"session": []} if method == "get" else {"session": [], "csrf": []}]
            if path.startswith("/api/v1/account"):
                assert operation["security"] == needed, path


def test_parameters_have_bounds_and_every_refusal_is_one_problem_document(endpoints: Endpoints) -> None:
    for path, methods in document(endpoints.operations)["paths"].items():
        for operation in methods.values():
            assert set(re.findall(r"{(\w+)}", path)) == {
                given["name"] for given in operation.get("parameters", []) if given["in"] == "path"
            }
            for given in operation.get("parameters", []):
                assert {"pattern", "maximum"} & given["schema"].keys()
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert answer["content"].keys() == {"application/problem+json"}


def test_pictures_and_sounds_are_told_by_their_media_type(endpoints: Endpoints) -> None:
    paths = document(endpoints.operations)["paths"]
    kinds = [paths[f"/api/v1/challenges/{{token}}/{kind}"]["get"]["responses"]["200"] for kind in ("image", "sound")]
    assert [list(kind["content"]) for kind in kinds] == [["image/png"], ["audio/wav"]]
    assert "206" in paths["/api/v1/challenges/{token}/sound"]["get"]["responses"]
    assert "202" in paths["/api/v1/recovery"]["post"]["responses"]
