"""The commands of each container engine, as data, and the platform of every build."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

PLATFORM = "linux/amd64"
"""What SageMaker Studio runs (SageMaker developer guide, "Image specifications")."""


@dataclass(frozen=True, kw_only=True)
class EngineCommands:
    """The commands of one engine; `Engine._arguments` replaces each `{...}`.

    probes: all succeed if the engine can work. has: one of them succeeds if the image is in the
    engine's storage or in its registry. insecure: the flag for a registry without TLS. config:
    whether the engine stores credentials in the folder of DOCKER_CONFIG. logout: for an engine
    that stores them elsewhere.
    """

    probes: tuple[str, ...]
    has: tuple[str, ...]
    pull: str
    build: str
    login: str
    push: str
    insecure: str = ""
    config: bool = False
    logout: str = ""


_LOGIN = "login --username AWS --password-stdin"
_PULL = "pull --platform {platform} {reference}"
_OUTPUT = "--output type=docker,oci-mediatypes=false"
_IMAGE = "--platform {platform} {args} --tag {reference} {folder}"
_NERDCTL = EngineCommands(
    probes=("info",),
    has=("image inspect {reference}",),
    pull=_PULL,
    build=f"build --progress plain {_OUTPUT} {_IMAGE}",
    login=f"{_LOGIN} {{insecure}} {{registry}}",
    push="push {insecure} --platform {platform} {reference}",
    insecure="--insecure-registry",
    config=True,
)
ENGINES: Mapping[str, EngineCommands] = {
    "docker": EngineCommands(
        probes=("buildx version", "version"),
        has=("image inspect {reference}", "buildx imagetools inspect {reference}"),
        pull=_PULL,
        # An attestation would make the image an index.
        build=f"buildx build --progress plain --provenance=false --sbom=false {_OUTPUT} {_IMAGE}",
        login=f"{_LOGIN} {{registry}}",
        push="push {reference}",
        config=True,
    ),
    "podman": EngineCommands(
        probes=("info",),
        has=("image exists {reference}", "manifest inspect {reference}"),
        pull=_PULL,
        build=f"build --format docker {_IMAGE}",
        login=f"{_LOGIN} --authfile {{authfile}} {{insecure}} {{registry}}",
        push="push --authfile {authfile} {insecure} {digestfile} {reference}",
        insecure="--tls-verify=false",
    ),
    "buildah": EngineCommands(
        probes=("--version",),
        has=("inspect {storage} --type image {reference}", "manifest inspect {reference}"),
        pull="pull {storage} --platform {platform} {reference}",
        build=f"build {{isolation}} {{storage}} --format docker {_IMAGE}",
        login=f"{_LOGIN} --authfile {{authfile}} {{insecure}} {{registry}}",
        push="push {storage} --authfile {authfile} {insecure} {digestfile} {reference}",
        insecure="--tls-verify=false",
    ),
    "finch": replace(_NERDCTL, config=False, logout="logout {registry}"),
    "nerdctl": _NERDCTL,
}
"""By name, in the order in which `find_engine` tries them."""
