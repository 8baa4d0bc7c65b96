"""A custom image of Studio: image, newest version, configs; no plan before its push is recorded."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cdktf import ITerraformDependable, Postcondition, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_ecr_image import DataAwsEcrImage
from cdktf_cdktf_provider_aws.data_aws_ecr_repository import DataAwsEcrRepository
from cdktf_cdktf_provider_aws.sagemaker_app_image_config import SagemakerAppImageConfig
from cdktf_cdktf_provider_aws.sagemaker_image import SagemakerImage
from cdktf_cdktf_provider_aws.sagemaker_image_version import SagemakerImageVersion
from constructs import Construct

from catalog.container_config import ContainerConfig
from catalog.names import AppType
from modules.removed_blocks import RemovedBlocks
from modules.repository import Repository


@dataclass(frozen=True)
class CustomImage:
    """An image to attach to a domain or a user profile.

    arn: of the SageMaker image.
    app_image_configs: the name of the app image config for each app type.
    version: the number of the version to start; default the newest.
    """

    image_name: str
    arn: str
    app_image_configs: Mapping[AppType, str]
    version: int | None = None


class StudioImage(Construct):
    """A SageMaker image whose newest version is the image with a tag in a repository.

    The plan fails if the repository lacks the tag. For an image of another pipeline, name
    ``base_image`` instead; the plan does not read its repository.

    Terraform's state tracks the newest version only; SageMaker keeps older ones, and apps continue
    to run them. Version 5 of the provider reads "the newest version of the name": with two
    resources of one image, the older one would read the newer version, plan to replace it, and
    delete it (hashicorp/terraform-provider-aws#40597, fixed in 6.0.0). Therefore each content has
    its own address, and ``removed`` blocks (Terraform 1.7, OpenTofu 1.10) remove the older
    addresses from state without deleting a version.

    Version 6 of the provider (checked with the bindings of 6.25.0) accepts the same configuration,
    but its ids are NAME,VERSION. When it upgrades a state of version 5, it may read each version as
    the first one (image_version_migrate.go expects an int, but JSON decodes a float): import such a
    state again.

    name: in SageMaker; with a hyphen and an app type at most 63 characters.
    repository: an ECR repository of the same account and region; None with base_image.
    base_image: the image by its digest, ``REPOSITORY@sha256:...``; default, by the tag.
    tag: the tag of the newest version in the repository, or one for base_image.
    role_arn: the role with which SageMaker reads the repository.
    containers: the app types that can run the image, at least one, and how each starts it.
    address: the end of the Terraform address of the newest version; default the tag.
    removed: ends of the addresses to remove from state; default none.
    known_tags: other pushed tags of 16 hexadecimal digits. A plan fails if the repository's newest
        image has a tag that is neither ``tag`` nor one of these.
    import_existing: SageMaker has the version but state may not; default no.
    push_hint, unknown_hint: the fix for a tag that is not pushed or not known, appended to the
        error of the plan.
    display_name, description: shown in Studio; default none.
    depends_on: the role's policies, which SageMaker needs to read the repository.

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
            # Version 5 of the provider may read another version here, after one was created or
            # deleted outside Terraform, and would replace it.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["base_image"]),
        )
        newest.override_logical_id(self._address(address or tag))
        if import_existing:
            # No effect if state has it. For version 5 of the provider, the id is the image's name;
            # for 6, NAME,VERSION.
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
        """The URI of the image with the tag, by its digest; the plan fails without the image.

        Version 5 of the provider cannot list the tags of a repository, so a tag counts as pushed if
        it is known or if the newest image has it. A newest image with an unknown tag may belong to
        a version in state, which Terraform would delete.
        """
        name = repository.name
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
        source = DataAwsEcrRepository(
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
        pushed = DataAwsEcrImage(self, "pushed", repository_name=name, image_tag=tag)
        # On destroy, Terraform turns failed postconditions into warnings, so the data source must
        # not read a missing image. The bindings accept only numbers for count.
        pushed.add_override("count", f"${{{_is_pushed(source.fqn, tag, known_tags)} ? 1 : 0}}")
        return f'{repository.url}@${{try({pushed.fqn}[0].image_digest, "")}}'


def _tags(repository: str) -> str:
    """The tags of the newest image, as an expression; null from AWS means an empty repository."""
    return f"try(concat({repository}.most_recent_image_tags, []), [])"


def _is_pushed(repository: str, tag: str, known_tags: Collection[str]) -> str:
    if tag in known_tags:
        return f"length({_tags(repository)}) > 0"
    return f"contains({_tags(repository)}, {json.dumps(tag)})"


def _app_config(app_type: AppType, container: ContainerConfig) -> dict[str, Any]:
    # The provider does not send an empty block of an app type, so every later plan would add it
    # again.
    how: dict[str, Any] = {
        "container_entrypoint": list(container.entrypoint) or None,
        "container_arguments": list(container.arguments) or None,
        "container_environment_variables": dict(container.environment),
    }
    match app_type:
        case AppType.JUPYTER_LAB:
            return {"jupyter_lab_image_config": {"container_config": how}}
        case AppType.CODE_EDITOR:
            return {"code_editor_app_image_config": {"container_config": how}}
        case AppType.KERNEL_GATEWAY:
            files = {"default_uid": 0, "default_gid": 0, "mount_path": "/root"}
            return {
                "kernel_gateway_image_config": {
                    "kernel_spec": [{"name": "python3"}],
                    "file_system_config": files,
                }
            }
