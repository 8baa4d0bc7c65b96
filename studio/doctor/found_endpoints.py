"""Which endpoints of a VPC "create-missing" uses; a recorded one even after its deletion."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from catalog.endpoint_services import service_name, services
from settings import Settings, SettingsError
from studio.aws.existing_network import ExistingNetwork
from studio.terraform.state.files import Resource


def endpoint_ids(resources: Iterable[Resource]) -> set[str]:
    """The ids of the endpoints among the resources of Terraform's state."""
    return {
        id_
        for resource in resources
        if resource.kind == "aws_vpc_endpoint"
        and isinstance(id_ := resource.attributes.get("id"), str)
    }


def find_endpoints(
    settings: Settings, network: ExistingNetwork, *, in_state: Collection[str]
) -> Mapping[str, str]:
    """The ids of the existing endpoints that the features need, by service.

    Only an endpoint with private DNS counts: it serves AWS's names and prevents a second one. A
    recorded endpoint still counts after its deletion: `studio up` replaces it only after its line
    in the record is deleted.
    in_state: the ids of the deployment's endpoints, in case their tag is gone.
    Raises SettingsError if AWS denies the look-up and there is no record.
    """
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
            and one.id not in in_state
        ]
        known = (recorded or {}).get(service)
        if known is not None and (not ids or known in ids):
            found[service] = known
        elif ids:
            found[service] = ids[0]
    return found
