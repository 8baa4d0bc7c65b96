"""The top-level keys of studio.toml (name, region, features, tags), and the values of each user."""

import unicodedata
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field

from catalog.container_config import ContainerConfig
from catalog.names import IMAGE_VARIABLE, AppType, ConnectMethod, Feature
from catalog.regions import PARTITIONS
from settings.aws_names import Region
from settings.domain import DomainSettings
from settings.ecr import EcrSettings
from settings.fields import PlainText, Section, some_of, text, unique
from settings.images import ImageName, ImageSettings
from settings.layers import UserLayers
from settings.network import NetworkSettings
from settings.role import RoleSettings
from settings.spaces import SpaceSettings, space_of
from settings.state import StateSettings
from settings.users import GroupName, GroupSettings, UserDefaults, Users


def tag_text(what: str, low: int, high: int) -> Callable[[str], str]:
    """The check of a tag's key or value, which every AWS service accepts."""

    def check(text: str) -> str:
        fine = all(c in "_.:/=+-@" or unicodedata.category(c)[0] in "LZN" for c in text)
        if not fine or not low <= len(text) <= high or text.lower().startswith("aws:"):
            raise ValueError(
                f"{what}: {low} to {high} letters, digits, spaces and _ . : / = + - @, "
                "not starting with aws:"
            )
        return text

    return check


_TagKey = Annotated[str, AfterValidator(tag_text("a tag's key", 1, 128))]
_TagValue = Annotated[str, AfterValidator(tag_text("a tag's value", 0, 256))]


class SettingsValues(Section):
    """The keys of studio.toml with defaults, and values that follow from them."""

    extends: PlainText = Field(
        default="", description="the path of another settings file, from this file's folder"
    )
    name: str = text(
        "studio",
        # EC2 refuses a security group whose name begins with sg-.
        r"([a-rt-z][a-z0-9]*|s([a-fh-z0-9][a-z0-9]*)?|sg[a-z0-9]+)(-[a-z0-9]+)*",
        "2 to 20 of a-z, 0-9 and single '-', a letter first, no '-' last, not sg or sg-...",
        shortest=2,
        longest=20,
    )
    region: Region = Field(default="us-east-1", description="a region that offers SageMaker")
    features: Annotated[tuple[Feature, ...], AfterValidator(unique)] = some_of(Feature.CONNECT)
    tags: dict[_TagKey, _TagValue] = Field(default={}, description="strings, in a table")
    network: NetworkSettings = NetworkSettings()
    domain: DomainSettings = DomainSettings()
    role: RoleSettings = RoleSettings()
    ecr: EcrSettings = EcrSettings()
    image: dict[ImageName, ImageSettings] = Field(default={"slim": ImageSettings()})
    defaults: UserDefaults = UserDefaults()
    groups: dict[GroupName, GroupSettings] = Field(default={})
    users_from: PlainText = Field(
        default="", description="the path of a CSV file, from this file's folder"
    )
    users: Users = Field(default={})
    state: StateSettings = StateSettings()

    @property
    def images(self) -> dict[str, ImageSettings]:
        """The enabled images by name."""
        return {name: image for name, image in self.image.items() if image.enabled}

    @property
    def built_images(self) -> dict[str, ImageSettings]:
        """The enabled images with a folder; other pipelines push the others."""
        return {name: image for name, image in self.images.items() if not image.uri}

    @property
    def partition(self) -> str:
        """The ARN partition of the region: aws, aws-cn or aws-us-gov."""
        return PARTITIONS[self.region]

    def container(self, image: str, app_type: AppType) -> ContainerConfig:
        """Of an image, by its settings or the defaults; empty for a kernel gateway."""
        if app_type is AppType.KERNEL_GATEWAY:
            return ContainerConfig()
        own = self.image.get(image, ImageSettings())
        return ContainerConfig(
            entrypoint=own.entrypoint,
            arguments=own.arguments,
            environment={**own.environment, IMAGE_VARIABLE: f"{self.name}-{image}"},
        )

    def idle_minutes(self, user: str) -> int:
        """The idle minutes after which this user's apps are shut down; KeyError if unknown."""
        return int(self.layers(user).chosen("idle_minutes"))

    def user_images(self, user: str) -> list[str]:
        """The names of the images that this user may start; KeyError if unknown."""
        own = self.layers(user).chosen("images")
        return list(self.images if own is None else own)

    def execution_role(self, user: str) -> str:
        """The ARN of this user's existing role, "" without one; KeyError if unknown."""
        return str(self.layers(user).chosen("execution_role"))

    def connect(self, user: str) -> ConnectMethod:
        """How this user's own editor reaches the space; KeyError if unknown."""
        return ConnectMethod(self.layers(user).chosen("connect"))

    def connect_methods(self) -> set[ConnectMethod]:
        """Those of the users; empty without the feature `connect`."""
        if Feature.CONNECT not in self.features:
            return set()
        return {self.connect(user) for user in self.users}

    def space(self, user: str) -> SpaceSettings:
        """This user's own space; KeyError if unknown."""
        return space_of(self.layers(user), self.own_images(user))

    def group(self, user: str) -> GroupSettings:
        """The settings of this user's group, empty without one; KeyError if the user is unknown."""
        return self.groups.get(self.users[user].group, GroupSettings())

    def layers(self, user: str) -> UserLayers:
        """The tables of this user's settings; KeyError if unknown."""
        return UserLayers(
            name=user, user=self.users[user], group=self.group(user), defaults=self.defaults
        )

    def own_images(self, user: str) -> dict[str, ImageSettings]:
        """The enabled images that this user may start, by name; KeyError if unknown."""
        return {name: self.image[name] for name in self.user_images(user) if name in self.images}
