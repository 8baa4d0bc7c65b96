"""All settings, and the rules about combinations of values."""

from collections.abc import Iterator
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from catalog.names import DEPLOYMENT_TAG, AppType, ConnectMethod, Feature
from catalog.quotas import POLICIES_PER_ROLE, ROLES_PER_ACCOUNT
from catalog.regions import PARTITIONS
from settings.errors import KeyPath, dotted
from settings.fields import (
    Features,
    GroupName,
    ImageName,
    PlainText,
    Region,
    TagKey,
    TagValue,
    UserName,
    some_of,
    text,
)
from settings.network import NetworkSettings, network_problems
from settings.sections import (
    IMAGES_OF_A_USER,
    DomainSettings,
    EcrSettings,
    GroupSettings,
    ImageSettings,
    RoleSettings,
    Section,
    StateSettings,
    UserDefaults,
    UserSettings,
)
from settings.spaces import SpaceSettings, UserLayers, space_of, space_problems

MOST_TAGS = 40
MOST_USERS = ROLES_PER_ACCOUNT - 3
"""Each user has a role; domain, images and flow logs have one too."""
OUR_TAGS = ("Project", "ManagedBy", "Name")


class Problem(NamedTuple):
    """A value that does not fit another one."""

    path: KeyPath
    allowed: str


class ConflictingValues(ValueError):
    """Values that are allowed, but not together."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{dotted(p.path)}: {p.allowed}" for p in problems))
        self.problems = problems


class Settings(Section):
    """The settings of studio.toml, with defaults.

    Raises pydantic.ValidationError for wrong values; ``settings.load`` turns it into one line.
    """

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
    features: Features = some_of(Feature.CONNECT)
    tags: dict[TagKey, TagValue] = Field(default={}, description="strings, in a table")
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
    users: dict[UserName, UserSettings] = Field(default={})
    state: StateSettings = StateSettings()

    @property
    def images(self) -> dict[str, ImageSettings]:
        """The enabled images by name."""
        return {name: image for name, image in self.image.items() if image.enabled}

    @property
    def partition(self) -> str:
        """The ARN partition of the region: aws, aws-cn or aws-us-gov."""
        return PARTITIONS[self.region]

    def idle_minutes(self, user: str) -> int:
        """The idle minutes after which this user's apps are shut down; KeyError if unknown."""
        minutes: int = self._layers(user).chosen("idle_minutes")
        return minutes

    def user_images(self, user: str) -> list[str]:
        """The names of the images that this user may start; KeyError if unknown."""
        own = self._layers(user).chosen("images")
        return list(self.images if own is None else own)

    def connect(self, user: str) -> ConnectMethod:
        """How this user's own editor reaches the space; KeyError if unknown."""
        method: ConnectMethod = self._layers(user).chosen("connect")
        return method

    def space(self, user: str) -> SpaceSettings:
        """This user's own space; KeyError if unknown."""
        return space_of(self._layers(user), self._own_images(user))

    def group(self, user: str) -> GroupSettings:
        """The settings of this user's group, empty without one; KeyError if the user is unknown."""
        return self.groups.get(self.users[user].group, GroupSettings())

    def _layers(self, user: str) -> UserLayers:
        return UserLayers(
            name=user, user=self.users[user], group=self.group(user), defaults=self.defaults
        )

    def _own_images(self, user: str) -> dict[str, ImageSettings]:
        return {name: self.image[name] for name in self.user_images(user) if name in self.images}

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        problems = [
            *self._check_tags(),
            *(Problem(*item) for item in network_problems(self.network)),
            *self._check_keys(),
            *self._check_features(),
            *self._check_groups(),
            *self._check_users(),
            *self._check_versions(),
            *self._check_containers(),
            *self._check_spaces(),
            *self._check_state(),
        ]
        if problems:
            raise ConflictingValues(problems)
        return self

    def _check_tags(self) -> Iterator[Problem]:
        if len(self.tags) > MOST_TAGS:
            yield Problem(("tags",), f"at most {MOST_TAGS} tags (AWS takes 50, some are ours)")
        seen = {key.casefold(): key for key in OUR_TAGS}
        for key in self.tags:
            if key.casefold() == DEPLOYMENT_TAG.casefold():
                yield Problem(
                    ("tags", key), "another key; a deployment's resources are found by this one"
                )
            twin = seen.setdefault(key.casefold(), key)
            if twin != key:
                yield Problem(
                    ("tags", key),
                    f"a key that differs from {twin} in more than case, which IAM ignores",
                )

    def _check_keys(self) -> Iterator[Problem]:
        if not _same_region(self.domain.kms, self.region):
            yield Problem(("domain", "kms"), _key_of(self.region))
        boundary = self.role.permissions_boundary
        if boundary and boundary.split(":")[1] != self.partition:
            path = ("role", "permissions_boundary")
            yield Problem(path, f"an ARN that starts with arn:{self.partition}:iam:")

    def _check_features(self) -> Iterator[Problem]:
        if self.domain.kms == "aws-managed" and Feature.ENCRYPTION in self.features:
            # AWS managed keys serve EFS and EBS only: the KMS endpoint would cost money, and users
            # would have no key to call it with.
            path = ("features", self.features.index(Feature.ENCRYPTION))
            yield Problem(
                path, 'only with a key of your own (domain.kms = "create" or its ARN), leave it out'
            )

    def _check_users(self) -> Iterator[Problem]:
        if len(self.users) > MOST_USERS:
            yield Problem(
                ("users",),
                f"at most {MOST_USERS} users, it has {len(self.users)}: each has an IAM role, and "
                f"IAM's quota is {ROLES_PER_ACCOUNT} roles an account",
            )
            return
        seen: dict[str, str] = {}
        sso, enabled = self.domain.auth == "SSO", self.images
        for name, user in self.users.items():
            twin = seen.setdefault(name.casefold(), name)
            if twin != name:
                yield Problem(
                    ("users", name),
                    f"a name that differs from {twin} in more than case, which SageMaker ignores",
                )
            if user.group and user.group not in self.groups:
                there = ", ".join(self.groups) or "none"
                yield Problem(("users", name, "group"), f"a group of the settings: {there}")
            yield from self._check_images(("users", name), user.images)
            none_named = self._layers(name).chosen("images") is None
            if none_named and len(enabled) > IMAGES_OF_A_USER:
                yield Problem(
                    ("users", name, "images"),
                    f"{len(enabled)} images are enabled and a user can have {IMAGES_OF_A_USER}, so "
                    "name them here",
                )
            if sso and not user.sso_user:
                yield Problem(
                    ("users", name, "sso_user"),
                    'domain.auth = "SSO" needs each user\'s IAM Identity Center user name',
                )
            if user.sso_user and not sso:
                yield Problem(
                    ("users", name, "sso_user"), 'only with domain.auth = "SSO", leave it out'
                )

    def _check_images(self, owner: KeyPath, images: tuple[str, ...] | None) -> Iterator[Problem]:
        for index, image in enumerate(images or ()):
            if image not in self.images:
                there = ", ".join(self.images) or "none"
                yield Problem((*owner, "images", index), f"an enabled image; enabled: {there}")

    def _check_groups(self) -> Iterator[Problem]:
        for name, group in self.groups.items():
            yield from self._check_images(("groups", name), group.images)
            for index, policy in enumerate(group.policies):
                if policy.split(":")[1] != self.partition:
                    yield Problem(
                        ("groups", name, "policies", index),
                        f"an ARN that starts with arn:{self.partition}:iam:",
                    )
            ours = self._policies_of_a_role + bool(group.buckets)
            if ours + len(group.policies) > POLICIES_PER_ROLE:
                yield Problem(
                    ("groups", name, "policies"),
                    f"at most {POLICIES_PER_ROLE - ours} policies: each user's role has {ours} of "
                    f"its own, and IAM's quota is {POLICIES_PER_ROLE}",
                )

    @property
    def _policies_of_a_role(self) -> int:
        """The policies of catalog.permissions.role_policies.shared, at most."""
        without_any = {Feature.LEGACY_AGENT}
        return 1 + bool(self.role.buckets) + len(set(self.features) - without_any)

    def _check_versions(self) -> Iterator[Problem]:
        for name, image in self.images.items():
            if image.keep_versions > self.ecr.keep_images:
                yield Problem(
                    ("image", name, "keep_versions"),
                    f"at most ecr.keep_images ({self.ecr.keep_images}), or versions would lose "
                    f"their images; it is {image.keep_versions}",
                )
        for name, user in self.users.items():
            # _check_users reports an image that does not exist.
            own = [one for one in self.user_images(name) if one in self.images]
            for pinned in user.versions:
                if pinned not in own:
                    path = ("users", name, "versions", pinned)
                    yield Problem(path, f"one of this user's images: {', '.join(own) or 'none'}")

    def _check_containers(self) -> Iterator[Problem]:
        for name, image in self.images.items():
            for key in ("entrypoint", "arguments", "environment"):
                if getattr(image, key) and set(image.app_types) == {AppType.KERNEL_GATEWAY}:
                    yield Problem(
                        ("image", name, key),
                        "only for an image that runs as JupyterLab or CodeEditor, leave it out",
                    )

    def _check_spaces(self) -> Iterator[Problem]:
        found: dict[KeyPath, str] = {}
        for name in self.users:
            images = self._own_images(name)
            for path, allowed in space_problems(
                self._layers(name),
                images,
                region=self.region,
                connects=Feature.CONNECT in self.features,
            ):
                found.setdefault(path, allowed)
        yield from (Problem(*item) for item in found.items())

    def _check_state(self) -> Iterator[Problem]:
        if not self.state.bucket:
            for key in ("region", "kms_key"):
                if getattr(self.state, key):
                    yield Problem(("state", key), "only with state.bucket, leave it out")
        elif not _same_region(self.state.kms_key, self.state.region or self.region):
            where = self.state.region or self.region
            yield Problem(("state", "kms_key"), _key_of(where))


def _same_region(key: str, region: str) -> bool:
    if not key.startswith("arn:"):
        return True
    _, partition, _, key_region, *_ = key.split(":")
    return (partition, key_region) == (PARTITIONS[region], region)


def _key_of(region: str) -> str:
    return f"a KMS key of the same region (arn:{PARTITIONS[region]}:kms:{region}:ACCOUNT:key/ID)"
