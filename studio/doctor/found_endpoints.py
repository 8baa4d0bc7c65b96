"""Which endpoints in a VPC others made, for `network.endpoints = "create-missing"`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from catalog.endpoint_services import service_name, services
from settings import Settings, SettingsError
from studio.aws.existing_network import ExistingNetwork
from studio.terraform.state.files import Resource

_HIDDEN = (
    'network.endpoints = "create-missing": the endpoints of {vpc} cannot be looked up ({why}): '
    'list the services that have one, or set "existing"'
)


def endpoint_ids(held: Iterable[Resource]) -> set[str]:
    """The ids of the endpoints that Terraform's state holds."""
    return {
        id_
        for resource in held
        if resource.kind == "aws_vpc_endpoint"
        and isinstance(id_ := resource.attributes.get("id"), str)
    }


def find_endpoints(
    settings: Settings, network: ExistingNetwork, *, in_state: Collection[str]
) -> Mapping[str, str]:
    """The ids of the endpoints that others made, by service, as far as the features need them.

    One counts if its private DNS is on: without, it serves no name of AWS, and one of the
    deployment's own can stand beside it. One that was found before counts for good: if it is gone,
    no other is made in its place before a person says so.
    in_state: those of the deployment, where their tag is gone.
    Raises SettingsError where this person may not look, and no command has looked before.
    """
    before = settings.network.recorded_endpoints
    if (why := network.unknown.get("endpoints")) is not None:
        if before is None:
            raise SettingsError(_HIDDEN.format(vpc=network.vpc_id, why=why))
        return before
    found: dict[str, str] = {}
    for service in services(settings.features):
        name = service_name(service, settings.region)
        theirs = [
            one
            for one in network.endpoints
            if (one.service, one.kind) == (name, "Interface")
            and not one.ours
            and one.id not in in_state
        ]
        recorded = (before or {}).get(service)
        ids = [one.id for one in theirs if one.private_dns]
        if recorded is not None and (not ids or recorded in ids):
            found[service] = recorded
        elif ids:
            found[service] = ids[0]
    return found
