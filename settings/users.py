"""[defaults], [groups.NAME], [users.NAME]: names, spaces, idle timeout; how many users."""

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from catalog.iam_quotas import ROLES_PER_ACCOUNT
from catalog.instances import INSTANCES
from catalog.names import IDLE_MINUTES, AppType, ConnectMethod
from settings.aws_names import ROLE_ARN_ALLOWED, Buckets, PolicyArns, RoleArnOrEmpty
from settings.errors import UserError
from settings.fields import (
    LOWER_CASE_NAME,
    PlainText,
    Section,
    integer,
    known,
    one_of,
    pattern,
    some_of,
    text,
    unique,
)
from settings.images import IMAGE_NAME_LONGEST, AppTypes, ImageName, ImageVersion

USER_NAME, USER_NAME_LONGEST = r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", 63
USER_NAME_ALLOWED = "a user profile's name: 1 to 63 of a-z, A-Z, 0-9 and '-', no '-' first or last"
UserName = Annotated[str, pattern(USER_NAME, USER_NAME_ALLOWED, longest=USER_NAME_LONGEST)]
"""A space has its user's name."""


def require_user_name(user: str) -> None:
    """Raise UserError if no user can have the name that a command's USER is."""
    if len(user) > USER_NAME_LONGEST or not re.fullmatch(USER_NAME, user):
        raise UserError(f"USER = {user}: {USER_NAME_ALLOWED}")


MOST_USERS = ROLES_PER_ACCOUNT - 3
"""One role for each user, and for the domain, the images and the flow logs."""

_GROUP_NAME_LONGEST = 28
GroupName = Annotated[
    str,
    pattern(
        LOWER_CASE_NAME,
        "a group's name: 1 to 28 of a-z, 0-9 and single '-', no '-' first or last",
        longest=_GROUP_NAME_LONGEST,
    ),
]

_VOLUME_GB = (5, 16_384)
IMAGES_OF_A_USER = 5

SpaceAppType = Literal[AppType.JUPYTER_LAB, AppType.CODE_EDITOR]
SPACE_APP_TYPES: tuple[SpaceAppType, ...] = get_args(SpaceAppType)
"""The app types that run in a private space; those of Studio Classic do not."""

SAGEMAKER_DISTRIBUTION = "SageMaker"
"""The value for SageMaker Distribution; no image can have this name."""
_SPACE_IMAGE_ALLOWED = f'"", "{SAGEMAKER_DISTRIBUTION}" or the name of an enabled image'
_SpaceImage = Annotated[
    str,
    pattern(
        rf"|{SAGEMAKER_DISTRIBUTION}|{LOWER_CASE_NAME}",
        _SPACE_IMAGE_ALLOWED,
        longest=IMAGE_NAME_LONGEST,
    ),
]


def instance_type(name: str) -> str:
    """A check: an instance type that a space's app can run on."""
    return known(name, INSTANCES, "an instance type of Studio", "ml.t3.large")


_InstanceType = Annotated[str, AfterValidator(instance_type)]


class SpaceDefaults(Section):
    """[defaults.space]: defaults of each user's private space."""

    app_type: SpaceAppType = one_of(SPACE_APP_TYPES, AppType.JUPYTER_LAB)
    instance_type: _InstanceType = Field(default="ml.t3.large", description="an instance type")
    volume_gb: int = integer(20, *_VOLUME_GB, " (GB)")
    image: _SpaceImage = ""


class UserSpace(Section):
    """[users.NAME.space], [groups.NAME.space]: differences from [defaults.space]."""

    app_type: SpaceAppType | None = one_of(SPACE_APP_TYPES, None)
    instance_type: _InstanceType | None = Field(default=None, description="an instance type")
    volume_gb: int | None = integer(None, *_VOLUME_GB, " (GB)")
    image: _SpaceImage | None = Field(default=None, description=_SPACE_IMAGE_ALLOWED)


class UserDefaults(Section):
    """[defaults]: defaults of every user."""

    app_types: AppTypes = some_of(AppType.JUPYTER_LAB, AppType.CODE_EDITOR)
    idle_minutes: int = integer(120, *IDLE_MINUTES, " (minutes)")
    connect: ConnectMethod = one_of(tuple(ConnectMethod), ConnectMethod.NATIVE)
    execution_role: RoleArnOrEmpty = ""
    space: SpaceDefaults = SpaceDefaults()


class UserChoices(Section):
    """The keys of both users and groups."""

    idle_minutes: int | None = integer(None, *IDLE_MINUTES, " (minutes)")
    images: Annotated[tuple[ImageName, ...], AfterValidator(unique)] | None = Field(
        default=None,
        max_length=IMAGES_OF_A_USER,
        description=f"at most {IMAGES_OF_A_USER} names of enabled images, in a list",
    )
    connect: ConnectMethod | None = one_of(tuple(ConnectMethod), None)
    execution_role: RoleArnOrEmpty | None = Field(default=None, description=ROLE_ARN_ALLOWED)
    space: UserSpace = UserSpace()


class GroupSettings(UserChoices):
    """[groups.NAME]: defaults of a group's users."""

    buckets: Buckets = ()
    policies: PolicyArns = Field(
        default=(), description="ARNs of IAM policies (arn:aws:iam::ACCOUNT:policy/NAME), in a list"
    )


class UserSettings(UserChoices):
    """[users.NAME]: a user profile."""

    group: Annotated[
        str,
        pattern(f"|{LOWER_CASE_NAME}", '"" or the name of a group', longest=_GROUP_NAME_LONGEST),
    ] = ""
    versions: dict[ImageName, ImageVersion] = Field(
        default={}, description="a version of each image that is named, in a table"
    )
    sso_user: PlainText = text(
        "", r"\S*", "an IAM Identity Center user name, at most 128 characters", longest=128
    )


def not_too_many(users: dict[str, UserSettings]) -> dict[str, UserSettings]:
    """A check: as many users as an account can have roles for."""
    if len(users) > MOST_USERS:
        raise ValueError(
            f"at most {MOST_USERS} users; there are {len(users)}. Each has an IAM role, and IAM's "
            f"quota is {ROLES_PER_ACCOUNT} roles for each account"
        )
    return users


Users = Annotated[dict[UserName, UserSettings], AfterValidator(not_too_many)]
