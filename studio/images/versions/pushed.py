"""Whether the images that a plan is about to read are in ECR."""

from fnmatch import fnmatch

from settings import Settings, UserError
from settings.versions import Versions
from studio.aws.client import Aws
from studio.aws.ecr import Ecr, Repository
from studio.aws.errors import AwsError, ConnectionFailed, CredentialsError

STACK = "image"
"""The stack that reads them."""


def require_pushed(settings: Settings, versions: Versions, *, stacks: list[str]) -> None:
    """UserError, one line with the command, for an image whose repository lacks its tag.

    stacks: patterns as cdktf has them. Terraform says the same where it can, but of an image that
    was pushed and deleted again it has the provider's words alone. An image that cannot be looked
    up is left to Terraform: one whose repository the same run creates, or any while AWS is out of
    reach.
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
