"""Existing roles and images: the region of an image; what a role and a `uri` exclude."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from settings.errors import Problem
from settings.images import IMAGE_URI
from settings.top_level import SettingsValues


@dataclass(frozen=True)
class ExistingImage:
    """The parts of the URI of an image from another pipeline."""

    account: str
    region: str
    domain: str
    repository: str
    digest: str

    @classmethod
    def at(cls, uri: str) -> Self:
        """From a valid ``image.NAME.uri``."""
        found = IMAGE_URI.fullmatch(uri)
        if found is None:
            raise ValueError(uri)
        return cls(**found.groupdict())

    def arn(self, partition: str) -> str:
        """The repository's ARN."""
        return f"arn:{partition}:ecr:{self.region}:{self.account}:repository/{self.repository}"


def repository_arns(settings: SettingsValues) -> tuple[str, ...]:
    """The ARNs of the repositories of the enabled images from other pipelines."""
    images = (ExistingImage.at(one.uri) for one in settings.images.values() if one.uri)
    return tuple(dict.fromkeys(image.arn(settings.partition) for image in images))


def existing_problems(settings: SettingsValues) -> Iterator[Problem]:
    """The keys that contradict an existing role or image."""
    for name, group in settings.groups.items():
        role = settings.defaults.execution_role
        role = role if group.execution_role is None else group.execution_role
        if role and group.policies:
            yield Problem(
                ("groups", name, "policies"), f"not with execution_role ({role}); remove it"
            )
    yield from _images(settings)


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
            yield Problem(path, "not with uri, which is not built; remove it")
