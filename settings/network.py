"""The settings of a new VPC or an existing one."""

from collections.abc import Iterator, Mapping
from typing import Self

from pydantic import Field, PrivateAttr

from catalog.endpoint_services import services
from catalog.names import Feature
from settings.checks import (
    CIDR_ALLOWED,
    CREATE_ENDPOINTS,
    CREATE_MISSING_ENDPOINTS,
    ENDPOINTS_ALLOWED,
    EXISTING_ENDPOINTS,
    LOG_DAYS_ALLOWED,
)
from settings.errors import Problem, SettingsError
from settings.fields import (
    Cidr,
    EndpointsChoice,
    LogDays,
    SecurityGroupIds,
    SubnetIds,
    VpcIdOrEmpty,
    boolean,
    integer,
)
from settings.sections import Section

MOST_SUBNETS = 16
MOST_SECURITY_GROUPS = 4
"""An app has at most five; SageMaker adds one for NFS."""

SUBNETS_ALLOWED = (
    f"the ids (subnet-...) of 1 to {MOST_SUBNETS} subnets of network.vpc_id, in a list"
)
SECURITY_GROUPS_ALLOWED = (
    f"the ids (sg-...) of at most {MOST_SECURITY_GROUPS} security groups, in a list"
)
_OF_CREATED_VPC = ("cidr", "zones", "flow_logs", "flow_log_days")
_OF_EXISTING_VPC = ("subnet_ids", "endpoints", "security_group_ids", "allow_internet")


class NetworkSettings(Section):
    """[network]."""

    cidr: Cidr = Field(default="10.20.0.0/16", description=CIDR_ALLOWED)
    zones: int = integer(2, 2, 6, " (availability zones)")
    endpoint_zones: int = integer(6, 1, 6, " (availability zones)")
    flow_logs: bool = boolean(True)
    flow_log_days: LogDays = Field(default=365, description=LOG_DAYS_ALLOWED)
    vpc_id: VpcIdOrEmpty = ""
    subnet_ids: SubnetIds = Field(default=(), max_length=MOST_SUBNETS, description=SUBNETS_ALLOWED)
    endpoints: EndpointsChoice = Field(default=CREATE_ENDPOINTS, description=ENDPOINTS_ALLOWED)
    security_group_ids: SecurityGroupIds = Field(
        default=(),
        max_length=MOST_SECURITY_GROUPS,
        description=SECURITY_GROUPS_ALLOWED,
    )
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
        return self.endpoints == CREATE_MISSING_ENDPOINTS

    @property
    def recorded_endpoints(self) -> Mapping[str, str] | None:
        """The recorded ids of the existing endpoints, by service; None without a record."""
        return self._found

    @property
    def found_endpoints(self) -> Mapping[str, str]:
        """As ``recorded_endpoints``. Raises SettingsError without a record."""
        if self._found is None:
            raise SettingsError(
                f'network.endpoints = "{CREATE_MISSING_ENDPOINTS}": no record of the endpoints of '
                f"{self.vpc_id}: `studio plan --out DIR` or `studio up` writes it"
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
        if self.endpoints == EXISTING_ENDPOINTS:
            return needed
        if self.endpoints == CREATE_ENDPOINTS:
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
        yield Problem(("network", "subnet_ids"), SUBNETS_ALLOWED)
