"""Subnets: availability zones and sizes."""

import ipaddress
from contextlib import suppress

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.services.endpoint_services import zones_of


def defaults_of_create_subnet(params: Params, call: Call) -> dict[str, str]:
    """The default zone; moto's is always in us-east-1."""
    if params.get("AvailabilityZone") or params.get("AvailabilityZoneId"):
        return {}
    return {"AvailabilityZone": next(iter(zones_of(call.region)))}


def check_create_subnet(params: Params, call: Call) -> None:
    """Accept zones of the region, and networks of /16 to /28."""
    zones = zones_of(call.region)
    zone = params.get("AvailabilityZone")
    if zone and zone not in zones:
        raise AwsError(
            "InvalidParameterValue",
            f"Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently "
            f"only be created in the following availability zones: {', '.join(zones)}.",
        )
    zone_id = params.get("AvailabilityZoneId")
    if zone_id and zone_id not in zones.values():
        message = f"Value ({zone_id}) for parameter availabilityZoneId is invalid."
        raise AwsError("InvalidParameterValue", message)
    cidr = params.get("CidrBlock")
    # Moto refuses an invalid block.
    with suppress(ValueError):
        if cidr and not 16 <= ipaddress.ip_network(cidr, strict=False).prefixlen <= 28:
            raise AwsError("InvalidSubnet.Range", f"The CIDR '{cidr}' is invalid.")
