"""The space of a user with its app, and the settings of the profile that override its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from catalog.instances import DEFAULT_INSTANCE
from catalog.statuses import APP_ENDED
from settings import UserError
from studio.aws.client import Aws

APP_NAME = "default"
"""The name of every app of a space."""

_IMAGE = ("SageMakerImageArn", "SageMakerImageVersionArn", "SageMakerImageVersionAlias")


@dataclass(frozen=True, kw_only=True)
class Space:
    """A user's private space, with the name of the user profile.

    status: SageMaker's SpaceStatus. remote_access: whether it allows SageMaker's sessions.
    instance_type, image: of the next app; None for SageMaker's defaults. script: the ARN of the
    owner's lifecycle configuration, which registers the app as a node. starts_script: whether apps
    start with it by default, as with ssh-helper.
    """

    domain_id: str
    user: str
    name: str
    arn: str
    app_type: str
    status: str
    remote_access: bool
    instance_type: str | None
    image: str | None
    script: str | None
    starts_script: bool

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def app_key(self) -> dict[str, str]:
        """The members that identify its app in a request."""
        return {
            "DomainId": self.domain_id,
            "SpaceName": self.name,
            "AppType": self.app_type,
            "AppName": APP_NAME,
        }


@dataclass(frozen=True, kw_only=True)
class App:
    """An app that is Pending, InService or Deleting. since: its creation time.

    script: the ARN of its lifecycle configuration.
    """

    status: str
    instance_type: str
    script: str | None
    since: datetime

    @classmethod
    def of(cls, described: dict[str, Any]) -> Self:
        """From the response of DescribeApp."""
        resources = described.get("ResourceSpec", {})
        return cls(
            status=described["Status"],
            instance_type=resources.get("InstanceType", "unknown"),
            script=resources.get("LifecycleConfigArn"),
            since=described["CreationTime"],
        )


def space_of(
    aws: Aws,
    *,
    domain_id: str,
    user: str,
    profiles: Mapping[str, dict[str, Any] | None] | None = None,
) -> Space | None:
    """The space with the user's name; None without one, whatever others the user owns.

    profiles: descriptions by user that need no request. Raises AwsError.
    """
    described = describe_space(aws, domain_id, user)
    if described is None:
        return None
    chosen = described.get("SpaceSettings", {})
    app_type = chosen.get("AppType", "JupyterLab")
    profile = _owners_profile(aws, described, profiles or {})
    resources = _resources(described, profile, ssh_helper=True)
    return Space(
        domain_id=domain_id,
        user=described.get("OwnershipSettings", {}).get("OwnerUserProfileName", user),
        name=described["SpaceName"],
        arn=described["SpaceArn"],
        app_type=app_type,
        status=described["Status"],
        remote_access=chosen.get("RemoteAccess") == "ENABLED",
        instance_type=resources.get("InstanceType"),
        image=resources.get("SageMakerImageVersionArn") or resources.get("SageMakerImageArn"),
        script=resources.get("LifecycleConfigArn"),
        starts_script="LifecycleConfigArn" in _resources(described, profile, ssh_helper=False),
    )


def require_space(aws: Aws, *, domain_id: str, user: str) -> Space:
    """The user's private space. Raises UserError, which lists the spaces, without one."""
    space = space_of(aws, domain_id=domain_id, user=user)
    if space is not None:
        return space
    listed = aws.all("sagemaker", "list_spaces", "Spaces", DomainIdEquals=domain_id)
    there = ", ".join(sorted(each["SpaceName"] for each in listed)) or "none"
    raise UserError(
        f"USER = {user}: there is no space of that name, there are: {there}; `studio up` creates "
        "those of the users in studio.toml, a deleted one with the --allow that it names"
    )


def spaces_owned(aws: Aws, *, domain_id: str, user: str) -> list[str]:
    """The names of the spaces that the user owns. Raises AwsError."""
    listed = aws.all("sagemaker", "list_spaces", "Spaces", DomainIdEquals=domain_id)
    owner = "OwnerUserProfileName"
    return [
        each["SpaceName"]
        for each in listed
        if each.get("OwnershipSettingsSummary", {}).get(owner, "").casefold() == user.casefold()
    ]


def app_of(aws: Aws, space: Space) -> App | None:
    """The app of the space; None before its creation and after its end. Raises AwsError."""
    described = describe_app(aws, space)
    return None if described is None or described["Status"] in APP_ENDED else App.of(described)


def resources_of(aws: Aws, space: dict[str, Any], *, ssh_helper: bool = False) -> dict[str, str]:
    """The ResourceSpec of the next app of a described space. Raises AwsError.

    The owner's user profile decides, because Terraform cannot change a space: its ResourceSpec
    replaces that of the space, except for an image or an instance type that it does not name.
    """
    return _resources(space, _owners_profile(aws, space, {}), ssh_helper=ssh_helper)


def _owners_profile(
    aws: Aws, space: dict[str, Any], known: Mapping[str, dict[str, Any] | None]
) -> dict[str, Any] | None:
    owner = space.get("OwnershipSettings", {}).get("OwnerUserProfileName")
    if owner in known:
        return known[owner]
    return describe_profile(aws, space["DomainId"], owner) if owner else None


def _resources(
    space: dict[str, Any], profile: dict[str, Any] | None, *, ssh_helper: bool
) -> dict[str, str]:
    settings = space.get("SpaceSettings", {})
    member = f"{settings.get('AppType', 'JupyterLab')}AppSettings"
    of_owner = (profile or {}).get("UserSettings", {}).get(member, {})
    in_space: dict[str, str] = settings.get(member, {}).get("DefaultResourceSpec", {})
    chosen: dict[str, str] = of_owner.get("DefaultResourceSpec") or in_space
    inherited = ("InstanceType", *(() if names_image(chosen) else _IMAGE))
    chosen = {**{key: in_space[key] for key in inherited if key in in_space}, **chosen}
    scripts = of_owner.get("LifecycleConfigArns", [])
    if ssh_helper and scripts:
        return {**chosen, "LifecycleConfigArn": scripts[0]}
    return chosen


def names_image(resources: Mapping[str, str]) -> bool:
    """Whether a ResourceSpec has an image."""
    return "SageMakerImageArn" in resources or "SageMakerImageVersionArn" in resources


def default_instance(aws: Aws, space: Space) -> str:
    """The instance type of an app whose space and profile name none. Raises AwsError."""
    domain = aws.client("sagemaker").describe_domain(DomainId=space.domain_id)
    chosen = domain["DefaultUserSettings"].get(f"{space.app_type}AppSettings", {})
    return str(chosen.get("DefaultResourceSpec", {}).get("InstanceType", DEFAULT_INSTANCE))


def enable_remote_access(aws: Aws, space: Space) -> None:
    """Allow SageMaker's sessions to the space, whose app must be stopped. Raises AwsError.

    Terraform's provider has no argument for it (hashicorp/terraform-provider-aws#44553).
    """
    aws.client("sagemaker").update_space(
        DomainId=space.domain_id,
        SpaceName=space.name,
        SpaceSettings={"RemoteAccess": "ENABLED"},
    )


def describe_space(aws: Aws, domain_id: str, name: str) -> dict[str, Any] | None:
    """The response of DescribeSpace; None without such a space. Raises AwsError."""
    return aws.described("describe_space", DomainId=domain_id, SpaceName=name)


def describe_app(aws: Aws, space: Space) -> dict[str, Any] | None:
    """The response of DescribeApp for the space's app; None without one. Raises AwsError."""
    return aws.described("describe_app", **space.app_key)


def describe_profile(aws: Aws, domain_id: str, user: str) -> dict[str, Any] | None:
    """The response of DescribeUserProfile; None without such a profile. Raises AwsError."""
    return aws.described("describe_user_profile", DomainId=domain_id, UserProfileName=user)
