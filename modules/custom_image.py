"""A custom image of Studio: SageMaker's image, its newest version, how each kind of app runs it."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cdktf import ITerraformDependable, Postcondition, TerraformResourceLifecycle
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

from catalog.container_config import ContainerConfig
from catalog.names import AppType
from modules.removed_blocks import RemovedBlocks
from modules.repository import Repository


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

    The plan fails while the repository lacks the tag. Of an image that somebody else pushes,
    ``base_image`` is the address; nothing of its repository is looked up.

    Terraform's state tracks the newest version only; older ones stay in SageMaker, and apps go on
    running them. Version 5 of the provider reads "the newest version of the name": with two
    resources of one image, the older one would read the newer version, plan to replace it, and
    delete it (hashicorp/terraform-provider-aws#40597, fixed in 6.0.0). Therefore each content has
    an address of its own, and ``removed`` blocks (Terraform 1.7, OpenTofu 1.10) remove the older
    addresses from state without deleting a version.

    Version 6 of the provider (checked with the bindings of 6.25.0) accepts the same configuration,
    but its ids are NAME,VERSION. Its upgrade of a state of version 5 may read every version as the
    first one (image_version_migrate.go expects an int where JSON decodes a float): import such a
    state again.

    name: in SageMaker; with a hyphen and an app type behind it at most 63 characters.
    repository: an ECR repository of the same account and region; None with base_image.
    base_image: the image by its digest, ``REPOSITORY@sha256:...``; default, by the tag.
    tag: the tag in the repository that the newest version is made from, or one for base_image.
    role_arn: the role with which SageMaker reads the repository.
    containers: the kinds of app that can run the image, at least one, and how each starts it.
    address: the end of the Terraform address of the newest version; default the tag.
    removed: ends of the addresses to remove from state; default none.
    known_tags: further tags of 16 hexadecimal digits that have been pushed. With ``tag`` they are
        all that the repository's newest image may have; a plan fails where it has another one.
    import_existing: SageMaker has the version and state may lack it; default no.
    push_hint, unknown_hint: what to do about a tag that is not pushed or not known, appended to
        the error message of the plan.
    display_name, description: shown in Studio; default none.
    depends_on: what must be there before SageMaker reads the repository: the role's policies.

    Attributes: ``image`` to attach it, ``version``, the newest version's number.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        repository: Repository | None = None,
        base_image: str | None = None,
        tag: str,
        role_arn: str,
        containers: Mapping[AppType, ContainerConfig],
        address: str | None = None,
        removed: Iterable[str] = (),
        known_tags: Collection[str] = (),
        import_existing: bool = False,
        push_hint: str = "",
        unknown_hint: str = "",
        display_name: str | None = None,
        description: str | None = None,
        depends_on: Sequence[ITerraformDependable] = (),
    ) -> None:
        super().__init__(scope, id_)
        if (repository is None) == (base_image is None):
            raise ValueError("either repository or base_image")
        if repository is not None:
            base_image = self._pushed_image(
                repository, tag, known_tags, push_hint=push_hint, unknown_hint=unknown_hint
            )
        image = SagemakerImage(
            self,
            "image",
            image_name=name,
            role_arn=role_arn,
            display_name=display_name,
            description=description,
            depends_on=list(depends_on) or None,
        )
        newest = SagemakerImageVersion(
            self,
            "version",
            image_name=image.image_name,
            base_image=str(base_image),
            # The content of an address never changes. Version 5 of the provider may read another
            # version here, one created or deleted by hand, and would replace it.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["base_image"]),
        )
        newest.override_logical_id(self._address(address or tag))
        if import_existing:
            # No effect where state has it. Version 5 of the provider takes the image's name as id
            # and reads its newest version; 6 expects NAME,VERSION.
            newest.import_from(name)
        RemovedBlocks.of(self).add(
            f"{newest.terraform_resource_type}.{self._address(past)}" for past in removed
        )
        configs = {
            app_type: SagemakerAppImageConfig(
                self,
                app_type.value,
                app_image_config_name=f"{name}-{app_type.value.lower()}",
                **_app_config(app_type, container),
            ).app_image_config_name
            for app_type, container in containers.items()
        }
        self.image = CustomImage(
            image_name=image.image_name, arn=image.arn, app_image_configs=configs
        )
        self.version: float = newest.version

    def _address(self, content: str) -> str:
        return f"{self.node.path.replace('/', '_')}_version_{content}"

    def _pushed_image(
        self,
        repository: Repository,
        tag: str,
        known_tags: Collection[str],
        *,
        push_hint: str,
        unknown_hint: str,
    ) -> str:
        """The address of the image that the repository holds under the tag."""
        source = self._repository(
            repository.name, tag, known_tags, push_hint=push_hint, unknown_hint=unknown_hint
        )
        pushed = DataAwsEcrImage(self, "pushed", repository_name=repository.name, image_tag=tag)
        # A destroy, where Terraform turns failed postconditions into warnings, must not look up an
        # image that is not there. The bindings take numbers only.
        pushed.add_override("count", f"${{{_is_pushed(source.fqn, tag, known_tags)} ? 1 : 0}}")
        return f'{repository.url}@${{try({pushed.fqn}[0].image_digest, "")}}'

    def _repository(
        self,
        name: str,
        tag: str,
        known_tags: Collection[str],
        *,
        push_hint: str,
        unknown_hint: str,
    ) -> DataAwsEcrRepository:
        """The repository, whose postconditions say what is wrong before a data source of ECR fails.

        Version 5 of the provider cannot list the tags of a repository. So a tag counts as pushed
        when it is known or when the newest image has it. A newest image with a tag that is not
        known may belong to a version in state, which Terraform would delete.
        """
        known = json.dumps(sorted({tag, *known_tags}))
        unknown = (
            f"[for t in {_tags('self')} : t "
            f'if can(regex("^[0-9a-f]{{16}}$", t)) && !contains({known}, t)]'
        )
        conditions = {
            _is_pushed("self", tag, known_tags): f"{name}:{tag} is not pushed. {push_hint}",
            f"length({unknown}) == 0": (
                f"The newest image in {name} has an unknown tag, and Terraform would delete a"
                f" version made from it. {unknown_hint}"
            ),
        }
        return DataAwsEcrRepository(
            self,
            "repository",
            name=name,
            lifecycle=TerraformResourceLifecycle(
                postcondition=[
                    Postcondition(condition=f"${{{condition}}}", error_message=message.strip())
                    for condition, message in conditions.items()
                ]
            ),
        )


def _tags(repository: str) -> str:
    """The tags of the newest image, as an expression; for an empty repository AWS answers null."""
    return f"try(concat({repository}.most_recent_image_tags, []), [])"


def _is_pushed(repository: str, tag: str, known_tags: Collection[str]) -> str:
    if tag in known_tags:
        return f"length({_tags(repository)}) > 0"
    return f"contains({_tags(repository)}, {json.dumps(tag)})"


def _app_config(app_type: AppType, container: ContainerConfig) -> dict[str, Any]:
    # The block of an app type must not be empty: the provider would not send it, and every later
    # plan would add it again.
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
