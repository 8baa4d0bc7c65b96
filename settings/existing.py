"""Roles and images that others made: what fits the region, and which other keys go with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from settings.checks import IMAGE_URI
from settings.errors import KeyPath, Problem
from settings.values import SettingsValues


@dataclass(frozen=True)
class ExistingImage:
    """An image that another pipeline pushes to ECR. account: whose registry. domain: AWS's."""

    account: str
    region: str
    domain: str
    repository: str
    digest: str

    @classmethod
    def at(cls, uri: str) -> Self:
        """The parts of a valid ``image.NAME.uri``."""
        found = IMAGE_URI.fullmatch(uri)
        if found is None:
            raise ValueError(uri)
        return cls(**found.groupdict())

    def arn(self, partition: str) -> str:
        """The repository's ARN."""
        return f"arn:{partition}:ecr:{self.region}:{self.account}:repository/{self.repository}"


def repository_arns(settings: SettingsValues) -> tuple[str, ...]:
    """The repositories that others push the enabled images to."""
    images = (ExistingImage.at(one.uri) for one in settings.images.values() if one.uri)
    return tuple(dict.fromkeys(image.arn(settings.partition) for image in images))


def existing_problems(settings: SettingsValues) -> Iterator[Problem]:
    """The keys that do not fit a role or an image that the settings name."""
    for path, arn in _roles(settings):
        if arn and arn.split(":")[1] != settings.partition:
            yield Problem(path, f"an ARN that starts with arn:{settings.partition}:iam:")
    for name, group in settings.groups.items():
        role = settings.defaults.execution_role
        role = role if group.execution_role is None else group.execution_role
        if role and group.policies:
            yield Problem(
                ("groups", name, "policies"), f"not with execution_role ({role}), leave it out"
            )
    yield from _images(settings)


def _roles(settings: SettingsValues) -> Iterator[tuple[KeyPath, str | None]]:
    yield ("domain", "execution_role"), settings.domain.execution_role
    yield ("defaults", "execution_role"), settings.defaults.execution_role
    for name, group in settings.groups.items():
        yield ("groups", name, "execution_role"), group.execution_role
    for name, user in settings.users.items():
        yield ("users", name, "execution_role"), user.execution_role


def _images(settings: SettingsValues) -> Iterator[Problem]:
    domain = "amazonaws.com.cn" if settings.partition == "aws-cn" else "amazonaws.com"
    for name, image in settings.image.items():
        if not image.uri:
            continue
        found = ExistingImage.at(image.uri)
        if (found.region, found.domain) != (settings.region, domain):
            yield Problem(
                ("image", name, "uri"),
                f"an image of the same region (ACCOUNT.dkr.ecr.{settings.region}.{domain}/...)",
            )
        if image.build_args:
            path = ("image", name, "build_args")
            yield Problem(path, "not with uri, which is not built; leave it out")
