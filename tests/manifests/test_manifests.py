"""deploy/k8s renders, and its check catches what it should."""

import copy
import re
from pathlib import Path

import pytest
import yaml

from deploy.k8s.check import OVERLAYS, Manifest, faults, render
from deploy.local.cluster import LOG_WITHOUT_VALUES
from deploy.local.programs import PROGRAMS, SINK

pytestmark = pytest.mark.integration

CHECKOUT = OVERLAYS.parents[2]


@pytest.fixture(scope="module")
def manifests() -> list[Manifest]:
    return render(OVERLAYS / "dev")


def named(manifests: list[Manifest], kind: str, name: str) -> Manifest:
    found = [each for each in manifests if (each["kind"], each["metadata"]["name"]) == (kind, name)]
    return copy.deepcopy(found[0])


def test_the_development_overlay_is_valid(manifests: list[Manifest]) -> None:
    assert faults(manifests) == []


def test_every_process_of_the_system_is_deployed(manifests: list[Manifest]) -> None:
    modules = {
        container["args"][0]
        for manifest in manifests
        for container in manifest.get("spec", {}).get("template", {}).get("spec", {}).get("containers", ())
        if container["image"].startswith("webmail/")
    }
    assert modules == {program.module for program in PROGRAMS if program is not SINK}


def test_a_field_that_no_schema_knows_is_a_fault(manifests: list[Manifest]) -> None:
    planted = named(manifests, "Deployment", "gateway")
    planted["spec"]["replica"] = 2
    assert any("replica" in fault for fault in faults([*manifests, planted]))


def test_a_wrong_type_is_a_fault(manifests: list[Manifest]) -> None:
    planted = named(manifests, "Deployment", "gateway")
    planted["spec"]["replicas"] = "two"
    assert any("two" in fault for fault in faults([*manifests, planted]))


def test_a_secret_that_nobody_makes_is_a_fault(manifests: list[Manifest]) -> None:
    secret = named(manifests, "Deployment", "auth-rpc")["spec"]["template"]["spec"]["containers"][0]["envFrom"][1]
    without = [each for each in manifests if each["metadata"]["name"] != secret["secretRef"]["name"]]
    assert any(secret["secretRef"]["name"] in fault for fault in faults(without))


def test_a_container_with_privileges_is_a_fault(manifests: list[Manifest]) -> None:
    planted = named(manifests, "Deployment", "mail-smtp")
    planted["spec"]["template"]["spec"]["securityContext"] = {}
    assert any("root" in fault for fault in faults([*manifests, planted]))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PUBLIC_URL", None),
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "http://messagerie.example"),
        ("TRUSTED_PROXIES", None),
        ("TRUSTED_PROXIES", ""),
        ("TRUSTED_PROXIES", "ingress"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, 0.0.0.0/0"),
    ],
)
def test_a_gateway_that_does_not_know_where_it_stands_is_a_fault(
    manifests: list[Manifest], setting: str, value: str | None
) -> None:
    planted = copy.deepcopy(manifests)
    (web,) = (each for each in planted if setting in (each.get("data") or {}))
    if value is None:
        del web["data"][setting]
    else:
        web["data"][setting] = value
    found = [fault for fault in faults(planted) if setting in fault]
    assert len(found) == len(faults(planted)) == (2 if setting == "PUBLIC_URL" else 1)


def test_a_gateway_that_does_not_read_its_settings_is_a_fault(manifests: list[Manifest]) -> None:
    planted = copy.deepcopy(manifests)
    (gateway,) = (each for each in planted if (each["kind"], each["metadata"]["name"]) == ("Deployment", "gateway"))
    gateway["spec"]["template"]["spec"]["containers"][0]["envFrom"].pop(1)
    found = faults(planted)
    assert len(found) == 2
    assert "PUBLIC_URL" in found[0]
    assert "TRUSTED_PROXIES" in found[1]


def test_links_that_lead_nowhere_are_a_fault(manifests: list[Manifest]) -> None:
    planted = copy.deepcopy(manifests)
    (sender,) = (each for each in planted if (each["kind"], each["metadata"]["name"]) == ("Deployment", "auth-notices"))
    sender["spec"]["template"]["spec"]["containers"][0]["envFrom"].pop(1)
    (found,) = faults(planted)
    assert "auth-notices" in found
    assert "PUBLIC_URL" in found


def test_a_way_in_for_tests_is_a_fault(manifests: list[Manifest]) -> None:
    planted = copy.deepcopy(manifests)
    (web,) = (each for each in planted if "PUBLIC_URL" in (each.get("data") or {}))
    web["data"]["OUTWARD_ALLOWED_FOR_TESTS"] = "10.0.0.1:80"
    assert [fault for fault in faults(planted) if "Deployment/gateway" in fault and "OUTWARD" in fault]


def test_the_log_of_the_database_keeps_no_values_here_either(manifests: list[Manifest]) -> None:
    arguments = named(manifests, "StatefulSet", "database")["spec"]["template"]["spec"]["containers"][0]["args"]
    assert arguments[1::2] == [f"{name}={value}" for name, value in LOG_WITHOUT_VALUES.items()]
    assert set(arguments[::2]) == {"-c"}


@pytest.mark.parametrize("service", ["auth", "mail", "calendar", "contacts", "gateway"])
def test_an_image_holds_contracts_chassis_and_its_own_service_only(service: str) -> None:
    dockerfile = (CHECKOUT / "services" / service / "Dockerfile").read_text(encoding="utf-8")
    copied = set(re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE))
    allowed = {"contracts", "chassis", f"services/{service}", f"requirements/{service}.txt"}
    assert {path for path in copied if not path.startswith("services/gateway/web")} == allowed
    assert "USER 10001" in dockerfile
    assert "--require-hashes" in dockerfile


def test_the_yaml_files_of_the_bases_hold_no_secret() -> None:
    for path in Path(OVERLAYS.parent, "base").rglob("*.yaml"):
        kinds = [each["kind"] for each in yaml.safe_load_all(path.read_text(encoding="utf-8"))]
        assert "Secret" not in kinds, path.name
