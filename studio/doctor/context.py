"""What checks read of machine, account and deployment; nothing of AWS without valid credentials."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from settings import ConnectMethod, Settings, UserError
from studio.aws.client import Aws
from studio.aws.domain_resources import domain_ids
from studio.aws.endpoints import interface_endpoints
from studio.aws.errors import AwsError, ignoring
from studio.aws.existing_network import ExistingNetwork, read_network
from studio.aws.sagemaker_images import Version, list_versions
from studio.aws.spaces import Space, describe_profile, space_of
from studio.doctor.found_endpoints import with_found_endpoints

if TYPE_CHECKING:
    from studio.images.contract.result import CheckResult
    from studio.terraform.deployment import Deployment
    from studio.terraform.state.files import Resource


def addresses(name: str) -> list[str]:
    """The IPv4 addresses that this machine resolves a host name to."""
    try:
        found = socket.getaddrinfo(name, 443, socket.AF_INET, socket.SOCK_STREAM)
    except socket.gaierror:
        return []
    return sorted({str(address[0]) for *_, address in found})


@dataclass(kw_only=True)
class Context:
    """A deployment, read once for all checks.

    deployment: None if its state is not on this machine. methods: overrides the users' methods in
    the settings. programs: required, although optional by default. now: the clock, with a time
    zone. resolve: the addresses of a host name. check_images: the results of the image check, by
    image and type of app; None skips the check.
    """

    settings: Settings
    deployment: Deployment | None = None
    methods: Collection[ConnectMethod] = ()
    programs: Collection[str] = ()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    resolve: Callable[[str], list[str]] = addresses
    check_images: Callable[[Settings], Mapping[str, Sequence[CheckResult]]] | None = None

    @cached_property
    def aws(self) -> Aws:
        """AWS in the region of the settings. Raises UserError without valid credentials."""
        self._require_caller()
        return Aws(self.settings.region)

    @property
    def account(self) -> str:
        """The id of the credentials' account. Raises UserError without valid credentials."""
        return str(self._require_caller()["Account"])

    def connects_by(self, method: ConnectMethod) -> bool:
        return method in (self.methods or self.settings.connect_methods())

    @cached_property
    def caller(self) -> dict[str, Any] | AwsError:
        """The response of GetCallerIdentity, or its error."""
        try:
            sts = Aws(self.settings.region).client("sts")
            response: dict[str, Any] = sts.get_caller_identity()
        except AwsError as error:
            return error
        return response

    @cached_property
    def existing_network(self) -> ExistingNetwork:
        """The VPC that the settings name. Raises UserError."""
        return read_network(self.aws, self.settings)

    @cached_property
    def settings_with_endpoints(self) -> Settings:
        """The settings with the ids of the endpoints found in the VPC. Raises UserError."""
        if not self.settings.network.finds_endpoints:
            return self.settings
        return with_found_endpoints(self.settings, self.existing_network, self.in_state("network"))

    @cached_property
    def domain_id_in_state(self) -> str | None:
        """The domain's id in Terraform's state; None without a domain or a state."""
        if self.deployment is None:
            return None
        try:
            return self.deployment.output("domain", "domain_id")
        except UserError:
            return None

    @cached_property
    def domain_id(self) -> str | None:
        """The domain's id from Terraform's state, or by its name. Raises UserError."""
        if self.domain_id_in_state is not None:
            return self.domain_id_in_state
        found = domain_ids(self.aws, self.settings.name)
        return found[0] if len(found) == 1 else None

    @cached_property
    def found_domain(self) -> dict[str, Any] | None:
        """The response of DescribeDomain; None if the domain was deleted. Raises UserError."""
        if self.domain_id is None:
            raise UserError("nothing is deployed, see the check `state`")
        return self.aws.described("describe_domain", DomainId=self.domain_id)

    @property
    def domain(self) -> dict[str, Any]:
        """The response of DescribeDomain. Raises UserError if the domain was deleted."""
        if self.found_domain is None:
            raise UserError(f"{self.domain_id} does not exist, see the check `domain`")
        return self.found_domain

    def in_state(self, stack: str) -> Sequence[Resource]:
        """The resources of a stack in Terraform's state; none without it. Raises UserError."""
        return self.deployment.resources([stack])[stack] if self.deployment else []

    @property
    def endpoints_in_state(self) -> set[str]:
        """The services whose endpoints Terraform's state holds. Raises UserError.

        `studio pause` deletes the endpoints, but not from the state.
        """
        return {
            service
            for resource in self.in_state("network")
            if resource.kind == "aws_vpc_endpoint"
            and isinstance(service := resource.attributes.get("service_name"), str)
        }

    @cached_property
    def profiles(self) -> dict[str, dict[str, Any] | None]:
        """The response of DescribeUserProfile by user of the settings; None without a profile."""
        aws, domain_id = self.aws, self.domain["DomainId"]
        return {user: describe_profile(aws, domain_id, user) for user in self.settings.users}

    @cached_property
    def spaces(self) -> dict[str, Space | None]:
        """The private space by user of the settings; None without a space."""
        aws, domain_id, profiles = self.aws, self.domain["DomainId"], self.profiles
        return {
            user: space_of(aws, domain_id=domain_id, user=user, profiles=profiles)
            for user in self.settings.users
        }

    @cached_property
    def endpoints(self) -> dict[str, dict[str, Any]]:
        """The interface endpoints in the domain's VPC, by the name of their service."""
        return interface_endpoints(self.aws, self.domain["VpcId"])

    @cached_property
    def versions(self) -> dict[str, list[Version] | None]:
        """The versions by image of the settings; None without an image in SageMaker."""
        name = self.settings.name
        return {image: list_versions(self.aws, f"{name}-{image}") for image in self.settings.images}

    @cached_property
    def roles(self) -> dict[str, str]:
        """The ARN of the execution role by user with a profile."""
        default = self.domain["DefaultUserSettings"].get("ExecutionRole", "")
        return {
            user: profile.get("UserSettings", {}).get("ExecutionRole", default)
            for user, profile in self.profiles.items()
            if profile is not None
        }

    @cached_property
    def trusts(self) -> dict[str, dict[str, Any] | None]:
        """The trust policy by ARN of the roles; None without a role."""
        iam, found = self.aws.client("iam"), dict[str, dict[str, Any] | None]()
        for arn in self.roles.values():
            found[arn] = None
            with ignoring("NoSuchEntity"):
                role = iam.get_role(RoleName=arn.rpartition("/")[2])["Role"]
                found[arn] = role["AssumeRolePolicyDocument"]
        return found

    def _require_caller(self) -> dict[str, Any]:
        if isinstance(self.caller, AwsError):
            raise UserError("AWS cannot be called, see the check `credentials`")
        return self.caller
