"""Records the existing endpoints that a deployment uses, before it is planned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from settings import Settings
from settings.found_endpoints import FoundEndpoints
from settings.paths import endpoints_file
from studio.aws.client import Aws
from studio.aws.existing_network import read_network
from studio.console import output
from studio.doctor.found_endpoints import endpoint_ids, find_endpoints
from studio.terraform.state import stores

_NETWORK = "network"
_VARIABLE = "STUDIO_ENDPOINTS"


def record_endpoints(settings: Settings, *, folder: Path) -> Settings:
    """The settings with the existing endpoints of the VPC, which are also recorded.

    folder: of local states. Raises UserError.
    """
    if not settings.network.finds_endpoints:
        return settings
    found = _find(settings, folder)
    record = _record(settings)
    if record.save(found.network.found_endpoints):
        output.say(f"{record.path.name} has changed: commit it")
    return found


@contextmanager
def unrecorded_endpoints(
    settings: Settings, *, folder: Path
) -> Iterator[tuple[Settings, Mapping[str, str]]]:
    """As ``record_endpoints``, without the record; also yields the inputs for a synthesis.

    Raises UserError.
    """
    if not settings.network.finds_endpoints:
        yield settings, {}
        return
    found = _find(settings, folder)
    ids = found.network.found_endpoints
    if ids == _record(settings).ids:
        yield found, {}
        return
    with TemporaryDirectory(prefix="studio-") as scratch:
        path = Path(scratch) / "endpoints.toml"
        FoundEndpoints(path, settings.network.vpc_id, None).save(ids)
        yield found, {_VARIABLE: str(path)}


def _record(settings: Settings) -> FoundEndpoints:
    return FoundEndpoints.load(endpoints_file(settings.file), vpc_id=settings.network.vpc_id)


def _find(settings: Settings, folder: Path) -> Settings:
    state = stores.store_of(settings, folder).read(_NETWORK)
    ids = find_endpoints(
        settings,
        read_network(Aws(settings.region), settings),
        in_state=endpoint_ids(state.resources if state else ()),
    )
    network = settings.network.with_found_endpoints(ids)
    return settings.model_copy(update={"network": network})
