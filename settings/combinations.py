"""The rules about values that contradict others: tags, keys, partitions, users, groups, images."""

from collections.abc import Iterator

from catalog.iam_quotas import POLICIES_PER_ROLE
from catalog.names import DEPLOYMENT_TAG, AppType, Feature
from catalog.regions import PARTITIONS
from settings.errors import KeyPath, Problem
from settings.existing import existing_problems
from settings.network import network_problems
from settings.spaces import space_problems
from settings.top_level import SettingsValues
from settings.users import IMAGES_OF_A_USER

MOST_TAGS = 40
OUR_TAGS = ("Project", "ManagedBy", "Name")


def combination_problems(settings: SettingsValues) -> Iterator[Problem]:
    """The values that contradict another value, with what is allowed instead."""
    yield from _tags(settings)
    yield from network_problems(settings.network)
    yield from _key(("domain", "kms"), settings.domain.kms, settings.region)
    yield from _partitions(settings)
    yield from _features(settings)
    yield from _groups(settings)
    yield from _users(settings)
    yield from _versions(settings)
    yield from _containers(settings)
    yield from _spaces(settings)
    yield from _state(settings)
    yield from existing_problems(settings)


def _tags(settings: SettingsValues) -> Iterator[Problem]:
    if len(settings.tags) > MOST_TAGS:
        yield Problem(("tags",), f"at most {MOST_TAGS} tags (AWS allows 50; `studio` adds some)")
    seen = {key.casefold(): key for key in OUR_TAGS}
    for key in settings.tags:
        if key.casefold() == DEPLOYMENT_TAG.casefold():
            yield Problem(
                ("tags", key), "another key; `studio` finds the deployment's resources by this one"
            )
        earlier = seen.setdefault(key.casefold(), key)
        if earlier != key:
            yield Problem(
                ("tags", key),
                f"a key other than {earlier} in another case: IAM ignores case",
            )


def _key(path: KeyPath, key: str, region: str) -> Iterator[Problem]:
    same = f"arn:{PARTITIONS[region]}:kms:{region}:"
    if key.startswith("arn:") and not key.startswith(same):
        yield Problem(path, f"a KMS key of the same region ({same}ACCOUNT:key/ID)")


def _partitions(settings: SettingsValues) -> Iterator[Problem]:
    for path, arn in _iam_arns(settings):
        if arn and arn.split(":")[1] != settings.partition:
            yield Problem(path, f"an ARN that starts with arn:{settings.partition}:iam:")


def _iam_arns(settings: SettingsValues) -> Iterator[tuple[KeyPath, str | None]]:
    yield ("role", "permissions_boundary"), settings.role.permissions_boundary
    yield ("domain", "execution_role"), settings.domain.execution_role
    yield ("defaults", "execution_role"), settings.defaults.execution_role
    for name, group in settings.groups.items():
        yield ("groups", name, "execution_role"), group.execution_role
        for index, policy in enumerate(group.policies):
            yield ("groups", name, "policies", index), policy
    for name, user in settings.users.items():
        yield ("users", name, "execution_role"), user.execution_role


def _features(settings: SettingsValues) -> Iterator[Problem]:
    if settings.domain.kms == "aws-managed" and Feature.ENCRYPTION in settings.features:
        # An AWS managed key is for EFS and EBS only: users would pay for an endpoint without a key.
        path = ("features", settings.features.index(Feature.ENCRYPTION))
        yield Problem(
            path, 'only with a customer managed key (domain.kms = "create" or its ARN); remove it'
        )


def _users(settings: SettingsValues) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    sso, enabled = settings.domain.auth == "SSO", settings.images
    for name, user in settings.users.items():
        earlier = seen.setdefault(name.casefold(), name)
        if earlier != name:
            yield Problem(
                ("users", name),
                f"a name other than {earlier} in another case: SageMaker ignores case",
            )
        if user.group and user.group not in settings.groups:
            there = ", ".join(settings.groups) or "none"
            yield Problem(("users", name, "group"), f"a group of the settings: {there}")
        yield from _images(settings, ("users", name), user.images)
        none_named = settings.layers(name).chosen("images") is None
        if none_named and len(enabled) > IMAGES_OF_A_USER:
            yield Problem(
                ("users", name, "images"),
                f"a list of at most {IMAGES_OF_A_USER} images: {len(enabled)} are enabled",
            )
        if sso and not user.sso_user:
            yield Problem(
                ("users", name, "sso_user"),
                'domain.auth = "SSO" needs each user\'s IAM Identity Center user name',
            )
        if user.sso_user and not sso:
            yield Problem(("users", name, "sso_user"), 'only with domain.auth = "SSO"; remove it')


def _images(
    settings: SettingsValues, owner: KeyPath, images: tuple[str, ...] | None
) -> Iterator[Problem]:
    for index, image in enumerate(images or ()):
        if image not in settings.images:
            there = ", ".join(settings.images) or "none"
            yield Problem((*owner, "images", index), f"an enabled image; enabled: {there}")


def _groups(settings: SettingsValues) -> Iterator[Problem]:
    for name, group in settings.groups.items():
        yield from _images(settings, ("groups", name), group.images)
        ours = _policies_of_a_role(settings) + bool(group.buckets)
        if ours + len(group.policies) > POLICIES_PER_ROLE:
            yield Problem(
                ("groups", name, "policies"),
                f"at most {POLICIES_PER_ROLE - ours} policies: `studio` attaches {ours} to each "
                f"role, and IAM's quota is {POLICIES_PER_ROLE}",
            )


def _policies_of_a_role(settings: SettingsValues) -> int:
    """The most policies of catalog.permissions.role_policies.shared."""
    without_any = {Feature.LEGACY_AGENT}
    return 1 + bool(settings.role.buckets) + len(set(settings.features) - without_any)


def _versions(settings: SettingsValues) -> Iterator[Problem]:
    for name, image in settings.images.items():
        if image.keep_versions > settings.ecr.keep_images:
            yield Problem(
                ("image", name, "keep_versions"),
                f"at most ecr.keep_images ({settings.ecr.keep_images}), or ECR would delete "
                f"images of versions; it is {image.keep_versions}",
            )
    for name, user in settings.users.items():
        # _users reports an image that does not exist.
        own = settings.own_images(name)
        for pinned in user.versions:
            if pinned not in own:
                path = ("users", name, "versions", pinned)
                yield Problem(path, f"one of this user's images: {', '.join(own) or 'none'}")


def _containers(settings: SettingsValues) -> Iterator[Problem]:
    for name, image in settings.images.items():
        for key in ("entrypoint", "arguments", "environment"):
            if getattr(image, key) and set(image.app_types) == {AppType.KERNEL_GATEWAY}:
                yield Problem(
                    ("image", name, key),
                    "only for an image that runs as JupyterLab or CodeEditor; remove it",
                )


def _spaces(settings: SettingsValues) -> Iterator[Problem]:
    found: dict[KeyPath, str] = {}
    for name in settings.users:
        images = settings.own_images(name)
        for path, allowed in space_problems(
            settings.layers(name),
            images,
            region=settings.region,
            connects=Feature.CONNECT in settings.features,
        ):
            found.setdefault(path, allowed)
    yield from (Problem(path, allowed) for path, allowed in found.items())


def _state(settings: SettingsValues) -> Iterator[Problem]:
    if not settings.state.bucket:
        for key in ("region", "kms_key"):
            if getattr(settings.state, key):
                yield Problem(("state", key), "only with state.bucket; remove it")
    else:
        region = settings.state.region or settings.region
        yield from _key(("state", "kms_key"), settings.state.kms_key, region)
