"""schemathesis over /api/v1: whatever the OpenAPI document allows, and what it does not, is answered as it says, and
never with a 5xx."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, CheckFunction, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from chassis.blobs.files import FileBlobStore
from contracts.base import Contract
from deploy.local.layout import SETTINGS
from deploy.local.system import System
from services.gateway.api.openapi import document as document_of
from services.gateway.tests.world import World
from tests.infra.processes import Processes
from tests.integration.browser import Browser, cli

ADDRESS, PASSWORD = "zoe.fictif@ac-montpellier.example", "tambour des lilas"
NEWCOMER, NUMEN = "ana.nouvelle@ac-montpellier.example", "34S2612345XYZ"
HEADER = "nom;prenom;date_naissance;numen;categorie;uai;departement"
BIRTH_DATE = "14/07/1981"
CSV = f"{HEADER}\nNouvelle;Ana;{BIRTH_DATE};{NUMEN};administratif;0340042X;Gard\n"
NEVER_THROTTLED = """
[auth.throttle]
per_known_device = 1000000
per_account_and_source = 1000000
per_account = 1000000
per_source = 1000000
globally = 1000000
difficulty = 4
max_difficulty = 4
"""
QUICK_HASHES = {"AUTH_ARGON2_TIME_COST": "1", "AUTH_ARGON2_MEMORY_KIB": "8192"}
EXAMPLES = 20
"""Of each operation and each kind of data."""
NEED_MORE = {
    "POST /api/v1/activation",
    "POST /api/v1/recovery/code",
    "POST /api/v1/recovery/password",
    "POST /api/v1/recovery/email",
    "POST /api/v1/account/password",
    "PUT /api/v1/account/recovery-email",
}
"""What they want stands in a letter or in a mail, or is a good password: test_accounts_http.py has it."""
SECONDS = 15
load_all_checks()
CONFORMS = [
    cast(CheckFunction, CHECKS.get_one(name))
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    )
]
AnyCase = Case[Any]
AnyOperation = APIOperation[Any, Any, Any, Any]
Send = Callable[[AnyCase], Any]


class Page(Browser):
    """The web app of one agent. Requests that end its session or change its password are among those that are tried, so
    it signs in again whenever it has to."""

    def __init__(self, system: System) -> None:
        super().__init__(system)
        self.password = PASSWORD
        self.in_doubt = True
        self.answered: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def send(self, case: AnyCase) -> Any:
        """The answer to `case`, asked with this page's session."""
        self.enter()
        answer = case.call(
            base_url=str(self.http.base_url),
            headers={"X-CSRF-Token": self.csrf},
            cookies={"wm_session": self.http.cookies["wm_session"]},
            timeout=SECONDS,
        )
        if case.path.endswith("/account/password") and answer.status_code == 200:
            self.password = cast(Any, case.body)["password"]
        self.in_doubt = answer.status_code == 401 or case.method != "GET"
        self.answered[case.operation.label][answer.status_code] += 1
        return answer

    def enter(self) -> None:
        if self.in_doubt and not self.is_signed_in:
            assert self.sign_in(ADDRESS, self.password).status_code == 200
        self.in_doubt = False

    def inform(self, case: AnyCase) -> None:
        """Makes what it knows of `case` right: otherwise no request would get past the first question."""
        self.enter()
        if isinstance(case.body, dict):
            case.body = cast(Any, case.body | self.known(case))
        case.path_parameters = {**(case.path_parameters or {}), **self.known_parameters(case)}

    def known(self, case: AnyCase) -> dict[str, Any]:
        """Members of its body."""
        match case.method, case.path.removeprefix("/api/v1"):
            case "POST", "/session":
                return {"login": ADDRESS, "password": self.password, "solved": self.solved()}
            case "POST", "/activation":
                first = self.http.post("/api/v1/session", json={"login": NEWCOMER, "password": NUMEN})
                return {"ticket": first.json().get("ticket", "lapsed")}
            case "POST", "/recovery":
                return {"numen": NUMEN, "birth_date": BIRTH_DATE, "solved": self.solved()}
            case "POST", "/recovery/code":
                who = {"numen": NUMEN, "birth_date": BIRTH_DATE, "solved": self.solved()}
                return {"recovery": self.post("/recovery", who).json()["recovery"]}
            case (("POST" | "PUT"), path) if path.startswith("/account/"):
                return {"current": self.password}
        return {}

    def known_parameters(self, case: AnyCase) -> dict[str, Any]:
        """Parts of its path."""
        match case.path.removeprefix("/api/v1").split("/"):
            case ["", "challenges", _, _]:
                return {"token": self.post("/challenges", {}).json()["token"]}
            case ["", "account", "sessions", _]:
                return {"session_id": self.get("/account/sessions").json()["sessions"][0]["session_id"]}
        return {}


@pytest.fixture(scope="module")
def system(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    institution = tmp_path_factory.mktemp("settings") / "webmail.toml"
    institution.write_text(SETTINGS.read_text(encoding="utf-8") + NEVER_THROTTLED, encoding="utf-8")
    given_settings = {"WEBMAIL_SETTINGS": str(institution), **QUICK_HASHES}
    with processes("gateway", "auth-rpc", "auth-outbox", **given_settings) as started:
        cli(started, "agent", "--address", ADDRESS, "--password-stdin", stdin=PASSWORD)
        cli(started, "import", "-", stdin=CSV)
        yield started


def operations(document: dict[str, Any]) -> list[AnyOperation]:
    schema = schemathesis.openapi.from_dict(document)
    schema.config.generation.update(with_security_parameters=False)
    return [cast(Ok[AnyOperation], found).ok() for found in schema.get_all_operations()]


def fuzz(operation: AnyOperation, mode: GenerationMode, send: Send, page: Page | None = None) -> None:
    """Tries EXAMPLES requests, the same ones each time. Raises FailureGroup for an answer that is not as it should be.
    `page` makes about half of them right, as far as it knows."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode), informed=st.booleans())
    def attempt(case: AnyCase, informed: bool) -> None:
        if page is not None and informed and mode is GenerationMode.POSITIVE:
            page.inform(case)
        case.validate_response(send(case), checks=CONFORMS)

    attempt()


def test_every_operation_answers_as_its_document_says(system: System, subtests: pytest.Subtests) -> None:
    with Page(system) as page:
        found = operations(page.get("/openapi.json").json())
        assert len(found) > 20
        for operation in found:
            modes = [GenerationMode.POSITIVE]
            if operation.body or operation.path_parameters or operation.query:
                modes.append(GenerationMode.NEGATIVE)
            for mode in modes:
                with subtests.test(operation=operation.label, data=mode.value):
                    fuzz(operation, mode, page.send, page)
        succeeded = {label for label, statuses in page.answered.items() if any(status < 300 for status in statuses)}
        assert {operation.label for operation in found} - succeeded <= NEED_MORE


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, FileBlobStore(tmp_path / "blobs"))
    world.start()
    return world


def document_of_sign_in(world: World) -> dict[str, Any]:
    assert world.parts is not None
    document = document_of(world.parts.endpoints.operations)
    sign_in = document["paths"]["/api/v1/session"]["post"]
    return document | {"paths": {"/api/v1/session": {"post": sign_in}}}


def fuzz_in_memory(world: World, document: dict[str, Any]) -> None:
    (operation,) = operations(document)
    fuzz(
        operation,
        GenerationMode.POSITIVE,
        lambda case: world.request(case.method, case.formatted_path, json=case.body),
    )


def test_a_planted_5xx_is_caught(world: World) -> None:
    document = document_of_sign_in(world)
    fuzz_in_memory(world, document)

    async def fail(_: str, __: Contract) -> None:
        raise RuntimeError

    world.bus.before = fail
    with pytest.raises(FailureGroup, match="Server error"):
        fuzz_in_memory(world, document)


def test_an_answer_that_the_document_does_not_know_is_caught(world: World) -> None:
    document = document_of_sign_in(world)
    del document["paths"]["/api/v1/session"]["post"]["responses"]["401"]
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        fuzz_in_memory(world, document)
