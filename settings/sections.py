"""The tables of studio.toml, one model each; studio.toml explains the keys."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from catalog.names import AppType, ConnectMethod
from settings.checks import IMAGE_URI_ALLOWED, VERSION_ALLOWED
from settings.fields import (
    ROLE_ARN_ALLOWED,
    SPACE_IMAGE_ALLOWED,
    AppTypes,
    ArgumentName,
    ArgumentWord,
    BucketOrEmpty,
    Buckets,
    DomainKey,
    EntrypointWord,
    GroupNameOrEmpty,
    ImageName,
    ImageNames,
    ImageUriOrEmpty,
    ImageVersion,
    ImageVersionOrEmpty,
    InstanceType,
    KeyArnOrEmpty,
    PlainText,
    PolicyArnOrEmpty,
    PolicyArns,
    RegionOrEmpty,
    RoleArnOrEmpty,
    SpaceImage,
    VariableName,
    VariableValue,
    boolean,
    integer,
    one_of,
    some_of,
    text,
)

StopAt = Literal["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"]
STOPS: tuple[StopAt, ...] = get_args(StopAt)
"""Severities of ECR's findings at which a push stops, in ascending order."""

IDLE_MINUTES = (60, 525_600)
IMAGES_OF_A_USER = 5
VOLUME_GB = (5, 16_384)

MOST_VARIABLES = 24
"""SageMaker allows 25; IMAGE_VARIABLE is one."""

SpaceAppType = Literal[AppType.JUPYTER_LAB, AppType.CODE_EDITOR]
SPACE_APP_TYPES: tuple[SpaceAppType, ...] = get_args(SpaceAppType)
"""The app types that run in a private space; those of Studio Classic do not."""


class Section(BaseModel):
    """A frozen table without other keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DomainSettings(Section):
    """[domain]: SageMaker's Studio domain, created once."""

    auth: Literal["IAM", "SSO"] = Field(default="IAM", description='"IAM" or "SSO"')
    source_identity: bool = boolean(True)
    retention: Literal["Retain", "Delete"] = Field(
        default="Retain", description='"Retain" or "Delete"'
    )
    kms: DomainKey = "create"
    execution_role: RoleArnOrEmpty = ""


class RoleSettings(Section):
    """[role]: permissions of apps and users."""

    buckets: Buckets = ()
    permissions_boundary: PolicyArnOrEmpty = ""
    port_forwarding: bool = boolean(True)
    shell: bool = boolean(False)


class EcrSettings(Section):
    """[ecr]: the repositories of the custom images."""

    keep_images: int = integer(20, 1, 1000, " (images)")
    force_delete: bool = boolean(False)
    check: bool = boolean(True)
    stop_at: StopAt = Field(default="CRITICAL", description=f"one of {', '.join(STOPS)}")


class ImageSettings(Section):
    """[image.NAME]: a custom image, from the folder image/NAME or another pipeline."""

    enabled: bool = boolean(True)
    uri: ImageUriOrEmpty = Field(default="", description=f'"" or {IMAGE_URI_ALLOWED}')
    app_types: AppTypes = some_of(AppType.JUPYTER_LAB)
    display_name: PlainText = text(
        "", r"|\S(.*\S)?", "at most 128 characters, no space first or last", longest=128
    )
    description: PlainText = text("", ".*", "at most 512 characters", longest=512)
    build_args: dict[ArgumentName, str] = Field(default={}, description="strings, in a table")
    # The limits are those of SageMaker's ContainerConfig.
    entrypoint: tuple[EntrypointWord, ...] = Field(
        default=(), max_length=1, description="one program of 1 to 256 characters, in a list"
    )
    arguments: tuple[ArgumentWord, ...] = Field(
        default=(),
        max_length=50,
        description="at most 50 arguments of 1 to 64 characters, in a list",
    )
    environment: dict[VariableName, VariableValue] = Field(
        default={},
        max_length=MOST_VARIABLES,
        description=f"at most {MOST_VARIABLES} strings of up to 256 characters, in a table",
    )
    version: ImageVersionOrEmpty = Field(default="", description=f'"" or {VERSION_ALLOWED}')
    keep_versions: int = integer(10, 1, 1000, " (versions)")


class SpaceDefaults(Section):
    """[defaults.space]: defaults of each user's private space."""

    app_type: SpaceAppType = one_of(SPACE_APP_TYPES, AppType.JUPYTER_LAB)
    instance_type: InstanceType = Field(default="ml.t3.large", description="an instance type")
    volume_gb: int = integer(20, *VOLUME_GB, " (GB)")
    image: SpaceImage = ""


class UserSpace(Section):
    """[users.NAME.space], [groups.NAME.space]: differences from [defaults.space]."""

    app_type: SpaceAppType | None = one_of(SPACE_APP_TYPES, None)
    instance_type: InstanceType | None = Field(default=None, description="an instance type")
    volume_gb: int | None = integer(None, *VOLUME_GB, " (GB)")
    image: SpaceImage | None = Field(default=None, description=SPACE_IMAGE_ALLOWED)


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
    images: ImageNames | None = Field(
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

    group: GroupNameOrEmpty = ""
    versions: dict[ImageName, ImageVersion] = Field(
        default={}, description="a version of each image that is named, in a table"
    )
    sso_user: PlainText = text(
        "", r"\S*", "an IAM Identity Center user name, at most 128 characters", longest=128
    )


class StateSettings(Section):
    """[state]: the location of Terraform's state."""

    bucket: BucketOrEmpty = Field(default="", description='"" or an S3 bucket name')
    key_prefix: str = text(
        "studio",
        r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
        "1 to 512 of a-z, A-Z, 0-9, _ . - and single '/', no '/' first or last",
        longest=512,
    )
    region: RegionOrEmpty = Field(default="", description='"" or a region that offers SageMaker')
    kms_key: KeyArnOrEmpty = ""
