"""The OpenAPI document covers every route of /api/v1, and refers to nothing that it doesn't hold."""

import json
import re
from pathlib import Path

import pytest

from chassis.blobs import BlobStore
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
    return assemble(settings, institution, InMemoryBus(), BlobStore(root), DiskThreads(1), Limits()).endpoints


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
