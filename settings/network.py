"""[network]: the address range, zones and flow logs of a new VPC; the ids of an existing one."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr

from catalog.endpoint_services import SERVICES, services
from catalog.names import Feature
from settings.errors import Problem, SettingsError
from settings.fields import Section, boolean, integer, pattern, unique
from settings.subnets import LARGEST_VPC, SMALLEST_VPC

_CIDR_ALLOWED = (
    f"an IPv4 network of /{LARGEST_VPC} to /{SMALLEST_VPC} within 10.0.0.0/8, 172.16.0.0/12, "
    "192.168.0.0/16 or 100.64.0.0/10"
)
_PRIVATE = tuple(
    ipaddress.IPv4Network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
# docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
_USED_BY_SAGEMAKER = ipaddress.IPv4Network("172.17.0.0/16")

# The values that PutRetentionPolicy of CloudWatch Logs accepts.
LOG_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)
_LOG_DAYS_ALLOWED = f"one of {', '.join(map(str, LOG_DAYS))} (days)"

_CREATE, _EXISTING, _CREATE_MISSING = "create", "existing", "create-missing"
_ENDPOINTS_ALLOWED = (
    f'"{_CREATE}", "{_EXISTING}", "{_CREATE_MISSING}", or a list of the services whose endpoints '
    f"exist: any of {', '.join(SERVICES)}"
)

_MOST_SUBNETS = 16
_SUBNETS_ALLOWED = (
    f"the ids (subnet-...) of 1 to {_MOST_SUBNETS} subnets of network.vpc_id, in a list"
)
_MOST_SECURITY_GROUPS = 4
"""An app has at most five; SageMaker adds one for NFS."""
_SECURITY_GROUPS_ALLOWED = (
    f"the ids (sg-...) of at most {_MOST_SECURITY_GROUPS} security groups, in a list"
)
_OF_CREATED_VPC = ("cidr", "zones", "flow_logs", "flow_log_days")
_OF_EXISTING_VPC = ("subnet_ids", "endpoints", "security_group_ids", "allow_internet")


def vpc_range(cidr: str) -> str:
    """A check: a private range of a size that AWS and we allow, and not one of SageMaker's."""
    try:
        interface = ipaddress.IPv4Interface(cidr)
    except ValueError:
        raise ValueError(_CIDR_ALLOWED) from None
    network = interface.network
    if "/" not in cidr or "." in cidr.partition("/")[2]:
        raise ValueError(_CIDR_ALLOWED)
    if interface.ip != network.network_address:
        raise ValueError(f"the first address of the network: {network}")
    if not any(network.subnet_of(block) for block in _PRIVATE):
        raise ValueError(_CIDR_ALLOWED)
    if not LARGEST_VPC <= network.prefixlen <= SMALLEST_VPC:
        raise ValueError(_CIDR_ALLOWED)
    if network.overlaps(_USED_BY_SAGEMAKER):
        raise ValueError(f"SageMaker uses {_USED_BY_SAGEMAKER}; choose another private range")
    return str(network)


def log_days(days: int) -> int:
    """A check: a retention time of CloudWatch Logs, in days."""
    if days not in LOG_DAYS:
        raise ValueError(_LOG_DAYS_ALLOWED)
    return days


def endpoints_choice(value: object) -> object:
    """A check: a word, or the services whose endpoints exist."""
    if value in (_CREATE, _EXISTING, _CREATE_MISSING):
        return value
    if isinstance(value, list | tuple) and all(one in SERVICES for one in value):
        return unique(tuple(value))
    raise ValueError(_ENDPOINTS_ALLOWED)


VpcIdOrEmpty = Annotated[str, pattern(r"|vpc-[0-9a-f]{8,17}", '"" or the id of a VPC (vpc-...)')]


class NetworkSettings(Section):
    """[network]."""

    cidr: Annotated[str, AfterValidator(vpc_range)] = Field(
        default="10.20.0.0/16", description=_CIDR_ALLOWED
    )
    zones: int = integer(2, 2, 6, " (availability zones)")
    endpoint_zones: int = integer(6, 1, 6, " (availability zones)")
    flow_logs: bool = boolean(True)
    flow_log_days: Annotated[int, Field(strict=True), AfterValidator(log_days)] = Field(
        default=365, description=_LOG_DAYS_ALLOWED
    )
    vpc_id: VpcIdOrEmpty = ""
    subnet_ids: Annotated[
        tuple[Annotated[str, Field(pattern=r"^subnet-[0-9a-f]{8,17}$")], ...],
        AfterValidator(unique),
    ] = Field(default=(), max_length=_MOST_SUBNETS, description=_SUBNETS_ALLOWED)
    endpoints: Annotated[str | tuple[str, ...], BeforeValidator(endpoints_choice)] = Field(
        default=_CREATE, description=_ENDPOINTS_ALLOWED
    )
    security_group_ids: Annotated[
        tuple[Annotated[str, Field(pattern=r"^sg-[0-9a-f]{8,17}$")], ...],
        AfterValidator(unique),
    ] = Field(default=(), max_length=_MOST_SECURITY_GROUPS, description=_SECURITY_GROUPS_ALLOWED)
    allow_internet: bool = boolean(False)
    _found: Mapping[str, str] | None = PrivateAttr(None)

    @property
    def exists(self) -> bool:
        """Whether the deployment uses an existing VPC."""
        return bool(self.vpc_id)

    @property
    def endpoint_subnets(self) -> int:
        """The most subnets of an endpoint."""
        return min(self.endpoint_zones, len(self.subnet_ids) or self.endpoint_zones)

    @property
    def finds_endpoints(self) -> bool:
        """Whether `studio` finds the existing endpoints in the VPC."""
        return self.endpoints == _CREATE_MISSING

    @property
    def recorded_endpoints(self) -> Mapping[str, str] | None:
        """The recorded ids of the existing endpoints, by service; None without a record."""
        return self._found

    @property
    def found_endpoints(self) -> Mapping[str, str]:
        """As ``recorded_endpoints``. Raises SettingsError without a record."""
        if self._found is None:
            raise SettingsError(
                f'network.endpoints = "{_CREATE_MISSING}": no record of the endpoints of '
                f"{self.vpc_id}: `studio plan --out DIR`, `up` or `resume` writes it"
            )
        return self._found

    def with_found_endpoints(self, ids: Mapping[str, str] | None) -> Self:
        """A copy with the recorded ids."""
        copied = self.model_copy()
        copied._found = ids
        return copied

    def existing_endpoints(self, features: tuple[Feature, ...]) -> tuple[str, ...]:
        """The services of the features whose endpoints exist.

        Raises SettingsError without a record of them.
        """
        needed = services(features)
        if self.endpoints == _EXISTING:
            return needed
        if self.endpoints == _CREATE:
            return ()
        named = self.found_endpoints if self.finds_endpoints else self.endpoints
        return tuple(service for service in needed if service in named)

    def known_endpoints(self, features: tuple[Feature, ...]) -> tuple[str, ...]:
        """As ``existing_endpoints``; empty without a record."""
        unknown = self.finds_endpoints and self._found is None
        return () if unknown else self.existing_endpoints(features)


def network_problems(network: NetworkSettings) -> Iterator[Problem]:
    """The keys that contradict the choice of a new or an existing VPC."""
    if not network.exists:
        for key in _OF_EXISTING_VPC:
            if getattr(network, key) != NetworkSettings.model_fields[key].default:
                yield Problem(("network", key), "only with network.vpc_id; remove it")
        return
    for key in _OF_CREATED_VPC:
        if key in network.model_fields_set:
            yield Problem(
                ("network", key), f"not with network.vpc_id ({network.vpc_id}); remove it"
            )
    if not network.subnet_ids:
        yield Problem(("network", "subnet_ids"), _SUBNETS_ALLOWED)
