"""Each user's profile, security group, space and start script, and what the user's apps start."""

from collections.abc import Mapping
from dataclasses import replace

from constructs import Construct

from catalog import distribution
from catalog.names import AppType
from modules.app_settings import PublishedImage, Start
from modules.custom_image import CustomImage
from modules.private_space import PrivateSpace
from modules.security_groups import StudioSecurityGroup
from modules.start_script import NAME_LIMIT, SshHelperScript
from modules.user_profile import UserProfile
from settings import ConnectMethod, Feature, Settings
from settings.versions import Versions
from stacks.base import StudioStack
from stacks.network import NetworkOutputs
from stacks.role import RoleOutputs


class UsersStack(StudioStack):
    """A profile, a security group and a space for each user.

    Users share no resource, except security groups that the settings name.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        network: NetworkOutputs,
        role: RoleOutputs,
        images: Mapping[str, CustomImage],
        domain_id: str,
        versions: Versions,
    ) -> None:
        super().__init__(scope, id_, settings=settings)
        names, spaces, scripts = [], {}, {}
        for name, user in settings.users.items():
            scope_of_user = Construct(self, f"user-{name}")
            groups = settings.network.security_group_ids or (
                StudioSecurityGroup(
                    scope_of_user,
                    "apps",
                    vpc_id=network.vpc_id,
                    vpc_cidrs=network.vpc_cidrs,
                    endpoints_security_group_id=network.endpoints_security_group_id,
                    s3_prefix_list_id=network.s3_prefix_list_id,
                    name=self.context.name("user", name, limit=255),
                ).id,
            )
            wanted = settings.space(name)
            if Feature.CONNECT in settings.features:
                # For every user: `studio connect --way` can differ from the settings.
                scripts[name] = SshHelperScript(
                    scope_of_user,
                    "ssh",
                    name=self.context.name("ssh", name, limit=NAME_LIMIT),
                    user=name,
                    app_type=wanted.app_type,
                ).arn
            own = {
                attached: replace(images[attached], version=versions.number(name, attached))
                for attached in settings.user_images(name)
            }
            profile = UserProfile(
                scope_of_user,
                "studio",
                name=name,
                domain_id=domain_id,
                execution_role_arn=role.user_role_arns[name],
                security_group_ids=groups,
                idle_minutes=settings.idle_minutes(name),
                app_types=settings.defaults.app_types,
                volume_gb=wanted.volume_gb,
                images=own.values(),
                start={
                    **_published_starts(settings.region, wanted.instance_type),
                    wanted.app_type: Start(
                        instance_type=wanted.instance_type,
                        image=(
                            own[wanted.image]
                            if wanted.image
                            else _published(settings.region, wanted.instance_type)
                        ),
                        script_arn=scripts.get(name),
                        with_script=settings.connect(name) is ConnectMethod.SSH_HELPER,
                    ),
                },
                sso_user=user.sso_user or None,
            )
            names.append(profile.name)
            spaces[name] = PrivateSpace(
                scope_of_user,
                "space",
                name=name,
                domain_id=domain_id,
                owner=profile,
                app_type=wanted.app_type,
                volume_gb=wanted.volume_gb,
            ).name
        self.export("user_names", names, "The user profiles.")
        self.export("spaces", spaces, "The space of each user profile.")
        self.export("start_scripts", scripts, "The start script of ssh-helper by user profile.")


def _published_starts(region: str, instance_type: str) -> dict[AppType, Start]:
    """How apps of other types than the space's start; SageMaker starts no KernelGateway apps."""
    image = _published(region, instance_type) if region in distribution.OWNERS else None
    return {
        app_type: Start(
            instance_type=instance_type,
            image=None if app_type is AppType.KERNEL_GATEWAY else image,
        )
        for app_type in AppType
    }


def _published(region: str, instance_type: str) -> PublishedImage:
    return PublishedImage(
        arn=distribution.image_arn(region, instance_type),
        version_alias=distribution.VERSION_ALIAS,
    )
