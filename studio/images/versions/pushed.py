"""Checks before a plan that its images are in ECR."""

from fnmatch import fnmatch

from settings import Settings, UserError
from settings.versions import Versions
from studio.aws.client import Aws
from studio.aws.ecr import Ecr, Repository
from studio.aws.errors import AwsError, ConnectionFailed, CredentialsError

STACK = "image"
"""The stack that reads images from ECR."""


def require_pushed(settings: Settings, versions: Versions, *, stacks: list[str]) -> None:
    """Raise UserError, which names the command, if a repository does not have its image's tag.

    stacks: cdktf's patterns. Terraform reports only the provider's error for an image that was
    deleted after its push. Ignores an image that cannot be read: the same run may create its
    repository.
    """
    if not any(fnmatch(STACK, pattern) for pattern in stacks):
        return
    ecr = Ecr(Aws(settings.region))
    for name in settings.built_images:
        repository, tag = f"{settings.name}/{name}", versions.tracked(name).tag
        try:
            digest = ecr.digest(Repository(repository, ""), tag)
        except (ConnectionFailed, CredentialsError):
            return
        except AwsError:
            continue
        if digest is None:
            raise UserError(
                f"image {name}: {repository}:{tag} is not pushed: run `studio push {name}`"
            )
