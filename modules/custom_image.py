"""A custom image of Studio: SageMaker's image, its newest version, how each kind of app runs it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cdktf import Postcondition, TerraformResourceLifecycle
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

from modules.forgotten import Forgotten
from modules.repository import Repository
from settings import AppType
from settings.containers import ContainerConfig
from settings.record import REFRESH
from settings.versions import Tracked


@dataclass(frozen=True)
class CustomImage:
    """What a domain or a user profile needs to attach an image.

    arn: the SageMaker image's.
    app_image_configs: the name of the app image config for each kind of app.
    version: the number of the version to start; default the newest.
    """

    image_name: str
    arn: str
    app_image_configs: Mapping[AppType, str]
    version: int | None = None


class StudioImage(Construct):
    """A SageMaker image whose newest version is what a repository holds under a tag.

    The plan fails, naming the command to run, while the repository lacks the tag.
    ``image`` attaches it, ``version`` is the newest version's number.

    Versions before it stay in SageMaker, where apps go on running them, but not in Terraform's
    state. Version 5 of the provider leaves no other way: it reads "the newest version of the name",
    so of two of its resources the older one would take the newer one for itself, want to replace
    it, and delete it (hashicorp/terraform-provider-aws#40597, repaired in 6.0.0). Therefore each
    content has an address of its own: a new one is created under the new address, and ``removed``
    blocks (Terraform 1.7, OpenTofu 1.10) let go of all older addresses without deleting anything.

    Version 6 takes the same configuration: with the bindings of 6.25.0 (cdktf-cdktf-provider-aws
    21.22.1) main.py writes the same six stacks but for that number, and its app image config wants
    exactly one kind of app, which is what each has here. Its ids are others (NAME,VERSION). Its own
    upgrade of a state of version 5 may take every version for the first (image_version_migrate.go
    wants an int of what JSON decodes as a float): such a state has to be imported anew, and so has
    the one import below.

    name: in SageMaker; at most 63 characters with an app type behind it.
    repository: an ECR repository of the same account and region.
    version: the tag in it that the newest version is made from, and the addresses to let go of.
    role_arn: the role that SageMaker reads the repository with.
    containers: the kinds of app that can run the image, at least one, and how each starts it.
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
        version: Tracked,
        role_arn: str,
        containers: Mapping[AppType, ContainerConfig],
        push_command: str,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        digest = self._pushed_digest(repository.name, version, push_command)
        image = SagemakerImage(
            self,
            "image",
            image_name=name,
            role_arn=role_arn,
            display_name=display_name,
            description=description,
        )
        newest = SagemakerImageVersion(
            self,
            "version",
            image_name=image.image_name,
            base_image=f"{repository.url}@{digest}",
            # An address has one content for ever. What version 5 of the provider may read here is
            # another version, made or deleted by hand, and no reason to delete one.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["base_image"]),
        )
        newest.override_logical_id(self._address(version.address))
        if version.adopted:
            # Where state has it, this does nothing. Version 5 of the provider takes the image's
            # name and reads its newest version; 6 wants NAME,VERSION.
            newest.import_from(name)
        Forgotten.of(self).add(
            f"{newest.terraform_resource_type}.{self._address(past)}" for past in version.forgotten
        )
        configs = {
            app_type: SagemakerAppImageConfig(
                self,
                app_type.value,
                app_image_config_name=f"{name}-{app_type.value.lower()}",
                **_how_to_run(app_type, container),
            ).app_image_config_name
            for app_type, container in containers.items()
        }
        self.image = CustomImage(
            image_name=image.image_name, arn=image.arn, app_image_configs=configs
        )
        self.version: float = newest.version

    def _address(self, content: str) -> str:
        return f"{self.node.path.replace('/', '_')}_version_{content}"

    def _pushed_digest(self, repository: str, version: Tracked, push_command: str) -> str:
        """The digest of the pushed image.

        Provider 5 cannot list the tags of a repository, and fails in AWS's words where a tag is
        missing. But a pushed tag is in the record or is that of the newest image, so everything
        else fails a condition before. The second one is for a newest image that nobody told the
        record about: a version made from it may be in state, and Terraform would delete what it
        does not find here.

        A destroy, for which Terraform makes warnings of both, looks up no image that is not there.
        """
        tag = version.tag
        known = json.dumps(sorted({tag, *version.recorded}))
        unknown = (
            f"[for t in {_tags('self')} : t "
            f'if can(regex("^[0-9a-f]{{16}}$", t)) && !contains({known}, t)]'
        )
        source = DataAwsEcrRepository(
            self,
            "repository",
            name=repository,
            lifecycle=TerraformResourceLifecycle(
                postcondition=[
                    Postcondition(
                        condition=f"${{{_is_pushed('self', version)}}}",
                        error_message=f"Run {push_command}: {repository}:{tag} is not pushed.",
                    ),
                    Postcondition(
                        condition=f"${{length({unknown}) == 0}}",
                        error_message=(
                            f"Run `{REFRESH}`: the newest image in {repository} is not in the "
                            "record of versions, and a version made from it would be deleted."
                        ),
                    ),
                ]
            ),
        )
        pushed = DataAwsEcrImage(self, "pushed", repository_name=repository, image_tag=tag)
        # The bindings take numbers only.
        pushed.add_override("count", f"${{{_is_pushed(source.fqn, version)} ? 1 : 0}}")
        return f'${{try({pushed.fqn}[0].image_digest, "")}}'


def _tags(repository: str) -> str:
    """The tags of the newest image, as an expression; an empty repository has null for a list."""
    return f"try(concat({repository}.most_recent_image_tags, []), [])"


def _is_pushed(repository: str, version: Tracked) -> str:
    if version.tag in version.recorded:
        return f"length({_tags(repository)}) > 0"
    return f"contains({_tags(repository)}, {json.dumps(version.tag)})"


def _how_to_run(app_type: AppType, container: ContainerConfig) -> dict[str, Any]:
    # The block of an app type must not be empty: the provider would not send it, and find its
    # absence in every later plan.
    how: dict[str, Any] = {
        "container_entrypoint": list(container.entrypoint) or None,
        "container_arguments": list(container.arguments) or None,
        "container_environment_variables": dict(container.environment),
    }
    match app_type:
        case AppType.JUPYTER_LAB:
            return {
                "jupyter_lab_image_config": SagemakerAppImageConfigJupyterLabImageConfig(
                    container_config=SagemakerAppImageConfigJupyterLabImageConfigContainerConfig(
                        **how
                    )
                )
            }
        case AppType.CODE_EDITOR:
            return {
                "code_editor_app_image_config": SagemakerAppImageConfigCodeEditorAppImageConfig(
                    container_config=SagemakerAppImageConfigCodeEditorAppImageConfigContainerConfig(
                        **how
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
