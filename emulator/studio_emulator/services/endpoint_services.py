"""The services for VPC endpoints, and the zones that do not offer all of them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import AWS_ENDPOINT_SERVICES, RegionsAndZonesBackend

_GATEWAYS = ("s3", "dynamodb")
# AWS publishes no such list. These two zones make a configuration that uses every zone fail, as it
# can on AWS.
_NOT_OFFERED: Mapping[str, frozenset[str]] = {
    "use1-az3": frozenset(
        {
            "codeartifact.api",
            "codeartifact.repositories",
            "git-codecommit",
            "sagemaker.api",
            "sagemaker.runtime",
            "servicecatalog",
            "studio",
        }
    ),
    "usw2-az4": frozenset({"sagemaker.runtime", "studio"}),
}
_STUDIO = "studio"
# In China these names begin with `cn.`.
_CHINESE = frozenset(
    {"ecr.api", "ecr.dkr", "sagemaker.api", "sagemaker.runtime", "servicecatalog", "sts"}
)


@dataclass(frozen=True, kw_only=True)
class EndpointService:
    """A service of a region; kind: Interface or Gateway.

    base_dns: the suffix of the DNS names of an endpoint.
    """

    label: str
    name: str
    kind: str
    zones: tuple[str, ...]
    base_dns: str
    private_dns: tuple[str, ...]

    def described(self, region: str) -> dict[str, Any]:
        """A member of `ServiceDetails`."""
        digest = hashlib.sha256(f"{self.name} {self.kind}".encode()).hexdigest()
        detail: dict[str, Any] = {
            "ServiceName": self.name,
            "ServiceId": f"vpce-svc-{digest[:17]}",
            "ServiceType": [{"ServiceType": self.kind}],
            "ServiceRegion": region,
            "AvailabilityZones": list(self.zones),
            "Owner": "amazon",
            "BaseEndpointDnsNames": [self.base_dns],
            "VpcEndpointPolicySupported": True,
            "AcceptanceRequired": False,
            "ManagesVpcEndpoints": False,
            "Tags": [],
            "SupportedIpAddressTypes": ["ipv4"],
        }
        if self.private_dns:
            detail["PrivateDnsName"] = self.private_dns[0]
            detail["PrivateDnsNames"] = [{"PrivateDnsName": name} for name in self.private_dns]
            detail["PrivateDnsNameVerificationState"] = "verified"
        return detail


def zones_of(region: str) -> dict[str, str]:
    """The region's zones by name, each with its zone id."""
    return {zone.name: zone.zone_id for zone in RegionsAndZonesBackend.zones.get(region, [])}


@cache
def endpoint_services(region: str) -> tuple[EndpointService, ...]:
    """AWS's services in `region`."""
    return tuple(_endpoint_services(region))


def _endpoint_services(region: str) -> Iterator[EndpointService]:
    in_china = region.startswith("cn-")
    suffix = "amazonaws.com.cn" if in_china else "amazonaws.com"
    interfaces = sorted(set(AWS_ENDPOINT_SERVICES) - set(_GATEWAYS) | {"s3"})
    kinds = [*((label, "Interface") for label in interfaces), *((g, "Gateway") for g in _GATEWAYS)]
    for label, kind in kinds:
        prefix = "cn." if in_china and label in _CHINESE else ""
        # The host name of `ecr.api` begins with `api.ecr`.
        host = f"{'.'.join(reversed(label.split('.', 1)))}.{region}"
        wildcard = "*." if label == "ecr.dkr" else ""
        yield EndpointService(
            label=label,
            name=f"{prefix}com.amazonaws.{region}.{label}",
            kind=kind,
            zones=_zones_with(label, region),
            base_dns=f"{host}.vpce.{suffix}",
            private_dns=(f"{wildcard}{host}.{suffix}",) if kind == "Interface" else (),
        )
    yield EndpointService(
        label=_STUDIO,
        name=f"aws.sagemaker.{region}.{_STUDIO}",
        kind="Interface",
        zones=_zones_with(_STUDIO, region),
        # The names of the endpoint itself end in sagemaker.aws, too.
        base_dns=f"{_STUDIO}.{region}.vpce.sagemaker.aws",
        private_dns=(f"*.studio.{region}.sagemaker.aws",),
    )


def find_service(name: str, kind: str, call: Call) -> EndpointService | None:
    """AWS's service of that name and kind; None for one of the account's own.

    AwsError if the service, or the kind, does not exist.
    """
    offered = [service for service in endpoint_services(call.region) if service.name == name]
    for service in offered:
        if service.kind == kind:
            return service
    if offered:
        kinds = ", ".join(sorted(service.kind for service in offered))
        message = f"Endpoint type ({kind}) does not match available service types ([{kinds}])."
        raise AwsError("InvalidParameter", message)
    if name in _own_services(call):
        return None
    raise AwsError("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")


def describe_vpc_endpoint_services(params: Params, call: Call) -> Answer:
    """Filters: service-name, service-type, owner, service-region, supported-region, tags."""
    details = [service.described(call.region) for service in endpoint_services(call.region)]
    details += _own_services(call).values()
    names = params.get("ServiceNames") or []
    unknown = set(names) - {detail["ServiceName"] for detail in details}
    if unknown:
        listed = ", ".join(sorted(unknown))
        raise AwsError("InvalidServiceName", f"The Vpc Endpoint Service '{listed}' does not exist")
    if names:
        details = [detail for detail in details if detail["ServiceName"] in names]
    for condition in params.get("Filters") or []:
        wanted = set(condition.get("Values") or [])
        details = [d for d in details if wanted & _filter_values(d, condition["Name"])]
    details.sort(key=lambda detail: (detail["ServiceName"], str(detail["ServiceType"])))
    return {
        "ServiceNames": sorted({detail["ServiceName"] for detail in details}),
        "ServiceDetails": details,
    }


def _own_services(call: Call) -> dict[str, dict[str, Any]]:
    """The endpoint services that the account itself offers, from moto."""
    configurations = call.backend("ec2").configurations.values()
    return {own.service_name: own.to_dict() for own in configurations}


def _filter_values(detail: Mapping[str, Any], name: str) -> set[str]:
    tags = detail.get("Tags") or []
    match name:
        case "service-name":
            return {detail["ServiceName"]}
        case "service-type":
            return {kind["ServiceType"] for kind in detail["ServiceType"]}
        case "owner":
            return {detail.get("Owner", "")}
        case "service-region" | "supported-region":
            return {detail.get("ServiceRegion", "")}
        case "ip-address-type":
            return set(detail.get("SupportedIpAddressTypes", []))
        case "tag-key":
            return {tag["Key"] for tag in tags}
        case _ if name.startswith("tag:"):
            return {tag["Value"] for tag in tags if f"tag:{tag['Key']}" == name}
    raise AwsError("InvalidParameterValue", f"The filter '{name}' is invalid")


def _zones_with(label: str, region: str) -> tuple[str, ...]:
    return tuple(
        name
        for name, zone_id in zones_of(region).items()
        if label not in _NOT_OFFERED.get(zone_id, frozenset())
    )
