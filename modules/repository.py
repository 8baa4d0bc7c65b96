"""A private ECR repository: immutable tags, a scan of each push, how many images ECR keeps."""

import json
from dataclasses import dataclass

from cdktf_cdktf_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
from cdktf_cdktf_provider_aws.ecr_repository import (
    EcrRepository,
    EcrRepositoryEncryptionConfiguration,
    EcrRepositoryImageScanningConfiguration,
)
from constructs import Construct


@dataclass(frozen=True)
class Repository:
    """A repository to push an image to.

    name: the repository's name, without registry; not a token, because errors contain it.
    url: registry and name, without tag.
    """

    name: str
    url: str


class ImageRepository(Construct):
    """A repository with immutable tags, a scan on each push and encryption by AWS's ECR key.

    It has no repository policy: in the same account, the policy of the image's role is enough for
    SageMaker (docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html).

    name: the repository's name, without registry.
    keep_images: how many images to keep; ECR deletes older ones.
    force_delete: delete the repository even if it contains images; default no.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        keep_images: int,
        force_delete: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        repository = EcrRepository(
            self,
            "repository",
            name=name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=EcrRepositoryImageScanningConfiguration(scan_on_push=True),
            encryption_configuration=[EcrRepositoryEncryptionConfiguration(encryption_type="KMS")],
            force_delete=force_delete,
        )
        EcrLifecyclePolicy(
            self,
            "lifecycle",
            repository=repository.name,
            policy=json.dumps(_keep_newest(keep_images)),
        )
        self.repository = Repository(name=name, url=repository.repository_url)


def _keep_newest(images: int) -> dict[str, object]:
    return {
        "rules": [
            {
                "rulePriority": 1,
                "description": f"Keep the newest {images} images",
                "selection": {
                    "tagStatus": "any",
                    "countType": "imageCountMoreThan",
                    "countNumber": images,
                },
                "action": {"type": "expire"},
            }
        ]
    }
