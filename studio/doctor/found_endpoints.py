"""Which endpoints with private DNS "create-missing" uses and records; what if one was deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from catalog.endpoint_services import service_name, services
from settings import Settings, SettingsError
from settings.found_endpoints import FoundEndpoints
from settings.paths import endpoints_file
from studio.aws.client import Aws
from studio.aws.existing_network import ExistingNetwork, read_network
from studio.console import output

if TYPE_CHECKING:
    from studio.terraform.state.files import Resource


def record_endpoints(settings: Settings, *, folder: Path) -> Settings:
    """The settings with the existing endpoints of the VPC, which are also recorded.

    folder: of local states. Raises UserError.
    """
    if not settings.network.finds_endpoints:
        return settings
    found = _in_vpc(settings, folder)
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
    found = _in_vpc(settings, folder)
    ids = found.network.found_endpoints
    if ids == _record(settings).ids:
        yield found, {}
        return
    with TemporaryDirectory(prefix="studio-") as scratch:
        path = Path(scratch) / "endpoints.toml"
        FoundEndpoints(path, settings.network.vpc_id, None).save(ids)
        yield found, {"STUDIO_ENDPOINTS": str(path)}


def _record(settings: Settings) -> FoundEndpoints:
    return FoundEndpoints.load(endpoints_file(settings.file), vpc_id=settings.network.vpc_id)


def _in_vpc(settings: Settings, folder: Path) -> Settings:
    # Local states need POSIX locks, and `studio doctor` runs on Windows, too.
    from studio.terraform.state import stores

    state = stores.store_of(settings, folder).read("network")
    network = read_network(Aws(settings.region), settings)
    return with_found_endpoints(settings, network, state.resources if state else ())


def with_found_endpoints(
    settings: Settings, network: ExistingNetwork, in_state: Iterable[Resource]
) -> Settings:
    """The settings with the ids of the existing endpoints that the features need.

    Only an endpoint with private DNS counts: it serves AWS's names and prevents a second one. A
    recorded endpoint still counts after its deletion: `studio up` replaces it only after its line
    in the record is deleted.
    in_state: the resources of the network stack, in case the tag of an endpoint is gone.
    Raises SettingsError if AWS denies the look-up and there is no record.
    """
    ids = _find(settings, network, [one.attributes.get("id") for one in in_state])
    network_settings = settings.network.with_found_endpoints(ids)
    return settings.model_copy(update={"network": network_settings})


def _find(
    settings: Settings, network: ExistingNetwork, own: Collection[object]
) -> Mapping[str, str]:
    recorded = settings.network.recorded_endpoints
    if (why := network.unknown.get("endpoints")) is not None:
        if recorded is None:
            raise SettingsError(
                f'network.endpoints = "create-missing": the endpoints of {network.vpc_id} cannot '
                f'be looked up ({why}): list the services that have one, or set "existing"'
            )
        return recorded
    found: dict[str, str] = {}
    for service in services(settings.features):
        name = service_name(service, settings.region)
        ids = [
            one.id
            for one in network.endpoints
            if (one.service, one.kind) == (name, "Interface")
            and one.private_dns
            and not one.ours
            and one.id not in own
        ]
        known = (recorded or {}).get(service)
        if known is not None and (not ids or known in ids):
            found[service] = known
        elif ids:
            found[service] = ids[0]
    return found


def deleted_endpoint(settings: Settings, service: str) -> tuple[str, str]:
    """What an error says of a recorded endpoint that was deleted, and how to replace it."""
    file = endpoints_file(settings.file).name
    return (
        f"; {settings.network.found_endpoints[service]} was deleted",
        # In quotes, as in the file: doctor takes a bare `studio` for a command.
        f'delete the line of "{service}" in {file}, and `studio up` creates it',
    )
