"""What the checks read: this machine, the account, the deployment."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from settings import ConnectMethod, Feature, Settings, UserError
from studio.aws.client import Aws
from studio.aws.domains import domain_ids
from studio.aws.errors import AwsError
from studio.aws.spaces import Space, describe_profile, space_of

if TYPE_CHECKING:
    from studio.aws.existing_network import ExistingNetwork
    from studio.images.contract.result import CheckResult
    from studio.terraform.deployment import Deployment


def addresses(name: str) -> list[str]:
    """The IPv4 addresses that a host name resolves to here; none where it does not resolve."""
    try:
        found = socket.getaddrinfo(name, 443, socket.AF_INET, socket.SOCK_STREAM)
    except socket.gaierror:
        return []
    return sorted({str(address[0]) for *_, address in found})


@dataclass(kw_only=True)
class Context:
    """A deployment, read once for all checks.

    deployment: None where its state is not here. methods: how people connect, where it is not the
    settings that say so. programs: those that have to be there. now: the machine's
    clock, with a time zone. resolve: the addresses of a host name. prove: runs the image check and
    returns the results for each image as each kind of app; None where it is not asked for.
    """

    settings: Settings
    deployment: Deployment | None = None
    methods: Collection[ConnectMethod] = ()
    programs: Collection[str] = ()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    resolve: Callable[[str], list[str]] = addresses
    prove: Callable[[Settings], Mapping[str, Sequence[CheckResult]]] | None = None

    @cached_property
    def aws(self) -> Aws:
        """AWS in the region of the settings. UserError where it cannot be called."""
        if isinstance(self.caller, AwsError):
            raise UserError("AWS cannot be called, see the check `credentials`")
        return Aws(self.settings.region)

    def connects_by(self, method: ConnectMethod) -> bool:
        """Whether somebody connects by this method."""
        settings = self.settings
        users = settings.users if Feature.CONNECT in settings.features else ()
        return method in (self.methods or {settings.connect(user) for user in users})

    @property
    def placeholders(self) -> dict[str, str]:
        """What the command of every fix can name."""
        return {"region": self.settings.region, "name": self.settings.name}

    @cached_property
    def caller(self) -> dict[str, Any] | AwsError:
        """GetCallerIdentity's answer, or why there is none."""
        try:
            sts = Aws(self.settings.region).client("sts")
            answer: dict[str, Any] = sts.get_caller_identity()
        except AwsError as error:
            return error
        return answer

    @cached_property
    def existing_network(self) -> ExistingNetwork:
        """The VPC that the settings name. Raises UserError."""
        from studio.aws.existing_network import read_network

        return read_network(self.aws, self.settings)

    @cached_property
    def settings_with_endpoints(self) -> Settings:
        """The settings, which know the endpoints that others made. Raises UserError."""
        from studio.doctor.found_endpoints import endpoint_ids, find_endpoints

        network = self.settings.network
        if not network.finds_endpoints:
            return self.settings
        held = self.deployment.resources(["network"])["network"] if self.deployment else ()
        ids = find_endpoints(self.settings, self.existing_network, in_state=endpoint_ids(held))
        return self.settings.model_copy(update={"network": network.with_found_endpoints(ids)})

    @cached_property
    def in_state(self) -> str | None:
        """The domain's id in Terraform's state; None where that holds none, or is not here."""
        if self.deployment is None:
            return None
        try:
            return self.deployment.output("domain", "domain_id")
        except UserError:
            return None

    @cached_property
    def domain_id(self) -> str | None:
        """From Terraform's state, else by its name; None where there is none. Raises UserError."""
        if self.in_state is not None:
            return self.in_state
        found = domain_ids(self.aws, self.settings.name)
        return found[0] if len(found) == 1 else None

    @cached_property
    def domain(self) -> dict[str, Any]:
        """DescribeDomain's answer."""
        found: dict[str, Any] = self.aws.client("sagemaker").describe_domain(
            DomainId=self._domain_id()
        )
        return found

    @property
    def endpoints_made(self) -> set[str]:
        """The services of the endpoints in Terraform's state, where AWS has them or not.

        `studio pause` deletes endpoints behind Terraform's back. Raises UserError.
        """
        held = self.deployment.resources(["network"])["network"] if self.deployment else ()
        return {
            service
            for resource in held
            if resource.kind == "aws_vpc_endpoint"
            and isinstance(service := resource.attributes.get("service_name"), str)
        }

    @cached_property
    def profiles(self) -> dict[str, dict[str, Any] | None]:
        """DescribeUserProfile's answer of each user of the settings, None where there is none."""
        aws, domain_id = self.aws, self._domain_id()
        return {user: describe_profile(aws, domain_id, user) for user in self.settings.users}

    @cached_property
    def spaces(self) -> dict[str, Space | None]:
        """The private space of each user of the settings."""
        aws, domain_id = self.aws, self._domain_id()
        return {user: space_of(aws, domain_id=domain_id, user=user) for user in self.settings.users}

    @cached_property
    def roles(self) -> dict[str, str]:
        """The ARN of each existing profile's execution role."""
        default = self.domain["DefaultUserSettings"].get("ExecutionRole", "")
        return {
            user: profile.get("UserSettings", {}).get("ExecutionRole", default)
            for user, profile in self.profiles.items()
            if profile is not None
        }

    def _domain_id(self) -> str:
        if self.domain_id is None:
            raise UserError("nothing is deployed, see the check `state`")
        return self.domain_id
