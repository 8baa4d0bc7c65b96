"""The custom images of Studio, each with a version for the content of its folder."""

from collections.abc import Mapping, Sequence

from cdktf import ITerraformDependable
from constructs import Construct

from catalog.permissions import studio_permissions, trust
from modules.custom_image import CustomImage, StudioImage
from modules.execution_role import NAME_LIMIT, ExecutionRole
from modules.repository import Repository
from settings import Settings
from settings.existing import repository_arns
from settings.record import REFRESH
from settings.versions import Versions
from stacks.base import StudioStack


class ImageStack(StudioStack):
    """For each image a SageMaker image, a version and app image configs; and their role.

    Without an enabled image, the stack is empty, and its deployment destroys its resources. It does
    not depend on the role stack, so that both, which take a minute each, run in parallel.

    repositories: by the image's name in the settings.

    Attributes: ``images``, by their name in the settings.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        repositories: Mapping[str, Repository],
        versions: Versions,
    ) -> None:
        super().__init__(scope, id_, settings=settings)
        tracked = {name: versions.tracked(name) for name in settings.images}
        role_arn, policies = self._role() if tracked else ("", ())
        images = {
            name: StudioImage(
                self,
                name,
                name=self.context.name(name),
                repository=repositories.get(name),
                base_image=image.uri or None,
                tag=tracked[name].tag,
                address=tracked[name].address,
                removed=tracked[name].removed,
                known_tags=tracked[name].recorded,
                import_existing=tracked[name].adopted,
                role_arn=role_arn,
                depends_on=policies,
                containers={
                    app_type: settings.container(name, app_type) for app_type in image.app_types
                },
                push_hint=f"Run `studio push {name}`.",
                unknown_hint=f"Run `{REFRESH}` to add it to the record of versions.",
                display_name=image.display_name or None,
                description=image.description or None,
            )
            for name, image in settings.images.items()
        }
        self.images: dict[str, CustomImage] = {name: image.image for name, image in images.items()}
        if images:
            self.export(
                "image_versions",
                {name: image.version for name, image in images.items()},
                "The newest version of each image, by its name in studio.toml.",
            )

    def _role(self) -> tuple[str, Sequence[ITerraformDependable]]:
        """The ARN of the role that reads images, and its policies unless it exists already."""
        settings = self._settings
        if settings.domain.execution_role:
            return settings.domain.execution_role, ()
        account, name = self.account(), self.context.name("images", limit=NAME_LIMIT)
        role = ExecutionRole(
            self,
            # No image can have this name.
            "image_role",
            name=name,
            description="Reads the images that Studio starts",
            trust=[trust.sagemaker(account, source_identity=False)],
            own=studio_permissions.image(
                account,
                name=settings.name,
                role=account.role_arn(name),
                repositories=repository_arns(settings),
            ),
            permissions_boundary=settings.role.permissions_boundary or None,
        )
        return role.arn, role.policies
