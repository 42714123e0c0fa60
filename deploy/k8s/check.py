"""Renders every overlay and validates it strictly: `python -m deploy.k8s.check [FOLDER …]`.

Each object must match the schema of its kind with no field unknown; every reference to a config map, a secret or a
claim must lead to an object of the overlay; every container must have bounds and run without privileges; the gateway
and the sender of links must know their public address, and the gateway the proxies before it; nothing that tests alone
may do is allowed.
"""

import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

from deploy.local.failure import Failure
from deploy.local.packages import install, missing

OVERLAYS = Path(__file__).parent / "overlays"
VERSION = "1.30"
RENDER_SECONDS = 60
GATEWAY = "services.gateway.entrypoints.http"
NOTICES = "services.auth.entrypoints.notices"
FOR_TESTS = "OUTWARD_ALLOWED_FOR_TESTS"

Manifest = dict[str, Any]


def render(overlay: Path) -> list[Manifest]:
    """The overlay's objects. Raises Failure with what kustomize says."""
    done = subprocess.run(
        ["kubectl", "kustomize", str(overlay)],
        capture_output=True,
        text=True,
        timeout=RENDER_SECONDS,
        check=False,
    )
    if done.returncode:
        raise Failure(f"{overlay.name} : {done.stderr.strip()}")
    return [manifest for manifest in yaml.safe_load_all(done.stdout) if manifest]


def faults(manifests: list[Manifest]) -> list[str]:
    """One line a fault; none when all is well."""
    names = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in manifests}
    return [
        f"{manifest['kind']}/{manifest['metadata']['name']} : {fault}"
        for manifest in manifests
        for fault in (
            *_schema_faults(manifest),
            *_reference_faults(manifest, names),
            *_container_faults(manifest),
            *_address_faults(manifest, manifests),
            *_gateway_faults(manifest, manifests),
            *_outward_faults(manifest, manifests),
        )
    ]


def _schema_faults(manifest: Manifest) -> Iterator[str]:
    try:
        kubernetes_validate.validate(manifest, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        yield f"{'.'.join(str(step) for step in error.path)} : {error.message}"


def _reference_faults(manifest: Manifest, names: set[tuple[str, str]]) -> Iterator[str]:
    pod = _pod(manifest)
    for container in _containers(pod):
        for source in container.get("envFrom", ()):
            for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                if key in source and (kind, source[key]["name"]) not in names:
                    yield f"{kind} {source[key]['name']} n’existe pas"
    for volume in pod.get("volumes", ()):
        if "configMap" in volume and ("ConfigMap", volume["configMap"]["name"]) not in names:
            yield f"ConfigMap {volume['configMap']['name']} n’existe pas"
        claim = volume.get("persistentVolumeClaim", {}).get("claimName")
        if claim and ("PersistentVolumeClaim", claim) not in names:
            yield f"PersistentVolumeClaim {claim} n’existe pas"


def _container_faults(manifest: Manifest) -> Iterator[str]:
    """Ours only: the broker and the database of the development overlay bring images of their own."""
    pod = _pod(manifest)
    for container in _containers(pod):
        if not container["image"].startswith("webmail/"):
            continue
        if not pod.get("securityContext", {}).get("runAsNonRoot"):
            yield f"{container['name']} peut tourner en root"
        if container.get("securityContext", {}).get("allowPrivilegeEscalation") is not False:
            yield f"{container['name']} peut élever ses privilèges"
        if "memory" not in container.get("resources", {}).get("limits", {}):
            yield f"{container['name']} n’a pas de limite de mémoire"


def _address_faults(manifest: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    """Without it cookies travel in the clear, and links in mails lead nowhere or to somebody else."""
    for container in _containers(_pod(manifest)):
        if not {GATEWAY, NOTICES} & set(container.get("args", ())):
            continue
        if not _environment(container, manifests).get("PUBLIC_URL", "").startswith("https://"):
            yield f"{container['name']} : PUBLIC_URL n’est pas une adresse https"


def _gateway_faults(manifest: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    """Without them failed sign-ins of all agents count as the ingress's."""
    for container in _containers(_pod(manifest)):
        if GATEWAY not in container.get("args", ()):
            continue
        settings = _environment(container, manifests)
        try:
            proxies = [ip_network(part.strip()) for part in settings.get("TRUSTED_PROXIES", "").split(",")]
        except ValueError:
            yield f"{container['name']} : TRUSTED_PROXIES ne nomme pas les mandataires"
        else:
            if any(proxy.prefixlen == 0 for proxy in proxies):
                yield f"{container['name']} : TRUSTED_PROXIES croit tout le monde"


def _outward_faults(manifest: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    """With it, the sender of a mail has the gateway fetch from servers of ours."""
    for container in _containers(_pod(manifest)):
        if _environment(container, manifests).get(FOR_TESTS):
            yield f"{container['name']} : {FOR_TESTS} n’est que pour les essais"


def _environment(container: Manifest, manifests: list[Manifest]) -> dict[str, str]:
    """The settings that a container has from config maps and literally; the latter win, as in Kubernetes."""
    maps = {each["metadata"]["name"]: each.get("data") or {} for each in manifests if each["kind"] == "ConfigMap"}
    settings: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        settings |= maps.get(source.get("configMapRef", {}).get("name"), {})
    return settings | {each["name"]: each["value"] for each in container.get("env", ()) if "value" in each}


def _pod(manifest: Manifest) -> Manifest:
    pod: Manifest = manifest.get("spec", {}).get("template", {}).get("spec", {})
    return pod


def _containers(pod: Manifest) -> list[Manifest]:
    return [*pod.get("initContainers", ()), *pod.get("containers", ())]


def main(folders: list[str]) -> int:
    overlays = [Path(folder) for folder in folders] or sorted(path for path in OVERLAYS.iterdir() if path.is_dir())
    found = 0
    try:
        if packages := missing(["manifests"]):
            install(packages)
        for overlay in overlays:
            manifests = render(overlay)
            wrong = faults(manifests)
            print(*wrong, f"{overlay.name} : {len(manifests)} objets, {len(wrong)} faute(s)", sep="\n")
            found += len(wrong)
    except Failure as failure:
        print(failure)
        return 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
