"""The network: one that is created, or a VPC that exists and is left as it is."""

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
"""Of the five that an app takes, SageMaker adds one for NFS."""

SUBNETS_ALLOWED = (
    f"the ids (subnet-...) of 1 to {MOST_SUBNETS} subnets of network.vpc_id, in a list"
)
SECURITY_GROUPS_ALLOWED = (
    f"the ids (sg-...) of at most {MOST_SECURITY_GROUPS} security groups, in a list"
)
_OF_CREATED_VPC = ("cidr", "zones", "flow_logs", "flow_log_days")
_OF_EXISTING_VPC = ("subnet_ids", "endpoints", "security_group_ids", "allow_internet")


class NetworkSettings(Section):
    """[network]: the VPC that is created, or the existing one."""

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
        """Whether the deployment uses a VPC that it does not own."""
        return bool(self.vpc_id)

    @property
    def endpoint_subnets(self) -> int:
        """The most subnets of an endpoint; the plan knows how many a new VPC has."""
        return min(self.endpoint_zones, len(self.subnet_ids) or self.endpoint_zones)

    @property
    def finds_endpoints(self) -> bool:
        """Whether a look at the VPC decides which endpoints exist."""
        return self.endpoints == CREATE_MISSING_ENDPOINTS

    @property
    def recorded_endpoints(self) -> Mapping[str, str] | None:
        """As ``found_endpoints``; None where no command has looked for them."""
        return self._found

    @property
    def found_endpoints(self) -> Mapping[str, str]:
        """The ids of the endpoints that others made, by service, as the look at the VPC found them.

        Raises SettingsError where no command has looked for them.
        """
        if self._found is None:
            raise SettingsError(
                f'network.endpoints = "{CREATE_MISSING_ENDPOINTS}": no command has looked which '
                f"endpoints {self.vpc_id} has: `studio plan --out DIR` or `studio up` looks and "
                "records it"
            )
        return self._found

    def with_found_endpoints(self, ids: Mapping[str, str] | None) -> Self:
        """The same settings, which know what the look at the VPC found."""
        copied = self.model_copy()
        copied._found = ids
        return copied

    def existing_endpoints(self, features: tuple[Feature, ...]) -> tuple[str, ...]:
        """The services that the features need and whose endpoints exist already.

        Raises SettingsError where no command has looked for them.
        """
        needed = services(features)
        if self.endpoints == EXISTING_ENDPOINTS:
            return needed
        if self.endpoints == CREATE_ENDPOINTS:
            return ()
        named = self.found_endpoints if self.finds_endpoints else self.endpoints
        return tuple(service for service in needed if service in named)

    def known_endpoints(self, features: tuple[Feature, ...]) -> tuple[str, ...]:
        """As ``existing_endpoints``; none where no command has looked for them."""
        unknown = self.finds_endpoints and self._found is None
        return () if unknown else self.existing_endpoints(features)


def network_problems(network: NetworkSettings) -> Iterator[Problem]:
    """The keys that do not fit the choice between a new VPC and an existing one."""
    if not network.exists:
        for key in _OF_EXISTING_VPC:
            if key in network.model_fields_set and getattr(network, key) != _default(key):
                yield Problem(("network", key), "only with network.vpc_id, leave it out")
        return
    for key in _OF_CREATED_VPC:
        if key in network.model_fields_set:
            yield Problem(
                ("network", key), f"not with network.vpc_id ({network.vpc_id}), leave it out"
            )
    if not network.subnet_ids:
        yield Problem(("network", "subnet_ids"), SUBNETS_ALLOWED)


def _default(key: str) -> object:
    return NetworkSettings.model_fields[key].default
