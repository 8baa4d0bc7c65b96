"""A custom image of Studio: SageMaker's image, its newest version, how each kind of app runs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cdktf import Fn, Precondition, TerraformResourceLifecycle, TerraformStack, Token
from cdktf_cdktf_provider_aws.data_aws_ecr_image import DataAwsEcrImage
from cdktf_cdktf_provider_aws.data_aws_ecr_repository import DataAwsEcrRepository
from cdktf_cdktf_provider_aws.sagemaker_app_image_config import (
    SagemakerAppImageConfig,
    SagemakerAppImageConfigCodeEditorAppImageConfig,
    SagemakerAppImageConfigCodeEditorAppImageConfigContainerConfig,
    SagemakerAppImageConfigJupyterLabImageConfig,
    SagemakerAppImageConfigJupyterLabImageConfigContainerConfig,
    SagemakerAppImageConfigKernelGatewayImageConfig,
    SagemakerAppImageConfigKernelGatewayImageConfigFileSystemConfig,
    SagemakerAppImageConfigKernelGatewayImageConfigKernelSpec,
)
from cdktf_cdktf_provider_aws.sagemaker_image import SagemakerImage
from cdktf_cdktf_provider_aws.sagemaker_image_version import SagemakerImageVersion
from constructs import Construct

from modules.repository import Repository
from settings import AppType


@dataclass(frozen=True)
class CustomImage:
    """What a domain or a user profile needs to attach an image.

    app_image_configs: the name of the app image config for each kind of app.
    """

    image_name: str
    app_image_configs: Mapping[AppType, str]


class StudioImage(Construct):
    """A SageMaker image whose newest version is what a repository holds under a tag.

    The plan fails, naming the command to run, while the repository is empty or lacks the tag. A new
    tag replaces the version, and nothing else. ``image`` attaches it, ``version`` is its number.

    name: in SageMaker; at most 63 characters with an app type behind it.
    repository: an ECR repository of the same account and region.
    tag: an immutable tag in it; the version is pinned to its digest.
    role_arn: the role that SageMaker reads the repository with.
    app_types: the kinds of app that can run the image, at least one.
    push_command: what a person has to run when the tag is not there.
    display_name, description: shown in Studio; default none.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        repository: Repository,
        tag: str,
        role_arn: str,
        app_types: Sequence[AppType],
        push_command: str,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        digest = self._pushed_digest(repository.name, tag, push_command)
        image = SagemakerImage(
            self,
            "image",
            image_name=name,
            role_arn=role_arn,
            display_name=display_name,
            description=description,
        )
        # Destroyed before it is created anew, and one for each image, on purpose: version 5 of the
        # provider reads and deletes "the newest version of the name", so a second one beside this
        # would be taken for it (hashicorp/terraform-provider-aws#40597, repaired in 6.0.0).
        version = SagemakerImageVersion(
            self, "version", image_name=image.image_name, base_image=f"{repository.url}@{digest}"
        )
        configs = {
            app_type: SagemakerAppImageConfig(
                self,
                app_type.value,
                app_image_config_name=f"{name}-{app_type.value.lower()}",
                **_how_to_run(app_type, name),
            ).app_image_config_name
            for app_type in app_types
        }
        self.image = CustomImage(image_name=image.image_name, app_image_configs=configs)
        self.version: float = version.version

    def _pushed_digest(self, repository: str, tag: str, push_command: str) -> str:
        """The digest of the pushed image.

        Provider 5 cannot list the tags of a repository, and fails in AWS's words where the tag is
        missing. So a precondition catches the empty repository; a check catches the one whose
        newest image is another, and only warns, because the tag may be there as an older one, after
        the image's folder went back to an earlier content.
        """
        newest = DataAwsEcrRepository(self, "repository", name=repository).most_recent_image_tags
        TerraformStack.of(self).add_override(
            f"check.{self.node.path.replace('/', '_')}_is_pushed.assert",
            {
                "condition": Token.as_string(Fn.contains(newest, tag)),
                "error_message": (
                    f"Not pushed? Run {push_command}: {repository}:{tag} is not the newest image."
                ),
            },
        )
        pushed = DataAwsEcrImage(
            self,
            "pushed",
            repository_name=repository,
            image_tag=tag,
            lifecycle=TerraformResourceLifecycle(
                precondition=[
                    Precondition(
                        condition=Fn.can(Fn.element(newest, 0)),
                        error_message=f"Run {push_command}: {repository}:{tag} is not pushed.",
                    )
                ]
            ),
        )
        return pushed.image_digest


def _how_to_run(app_type: AppType, image: str) -> dict[str, Any]:
    # The block of an app type must not be empty: the provider would not send it, and find its
    # absence in every later plan.
    environment = {"STUDIO_IMAGE": image}
    match app_type:
        case AppType.JUPYTER_LAB:
            return {
                "jupyter_lab_image_config": SagemakerAppImageConfigJupyterLabImageConfig(
                    container_config=SagemakerAppImageConfigJupyterLabImageConfigContainerConfig(
                        container_environment_variables=environment
                    )
                )
            }
        case AppType.CODE_EDITOR:
            return {
                "code_editor_app_image_config": SagemakerAppImageConfigCodeEditorAppImageConfig(
                    container_config=SagemakerAppImageConfigCodeEditorAppImageConfigContainerConfig(
                        container_environment_variables=environment
                    )
                )
            }
        case AppType.KERNEL_GATEWAY:
            return {
                "kernel_gateway_image_config": SagemakerAppImageConfigKernelGatewayImageConfig(
                    kernel_spec=[
                        SagemakerAppImageConfigKernelGatewayImageConfigKernelSpec(name="python3")
                    ],
                    file_system_config=(
                        SagemakerAppImageConfigKernelGatewayImageConfigFileSystemConfig(
                            default_uid=0, default_gid=0, mount_path="/root"
                        )
                    ),
                )
            }
