"""The people in Studio."""

from dataclasses import dataclass, replace

from constructs import Construct

from modules.security_groups import StudioSecurityGroup
from modules.user_profile import UserProfile
from settings import Settings
from settings.versions import Versions
from stacks.base import StudioStack
from stacks.domain import DomainOutputs
from stacks.image import ImageOutputs
from stacks.network import NetworkOutputs
from stacks.role import RoleOutputs


@dataclass(frozen=True)
class UsersOutputs:
    """user_names: the user profiles, in the order of the settings."""

    user_names: tuple[str, ...]


class UsersStack(StudioStack):
    """A user profile and a security group for each user; nothing is shared between two of them."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        network: NetworkOutputs,
        role: RoleOutputs,
        image: ImageOutputs,
        domain: DomainOutputs,
        versions: Versions,
    ) -> None:
        super().__init__(scope, id_, settings=settings)
        names = []
        for name, user in settings.users.items():
            person = Construct(self, f"user-{name}")
            group = StudioSecurityGroup(
                person,
                "apps",
                vpc_id=network.vpc_id,
                vpc_cidr=network.vpc_cidr,
                endpoints_security_group_id=network.endpoints_security_group_id,
                s3_prefix_list_id=network.s3_prefix_list_id,
                name=self.context.name("user", name, limit=255),
            )
            profile = UserProfile(
                person,
                "studio",
                name=name,
                domain_id=domain.domain_id,
                execution_role_arn=role.user_role_arns[name],
                security_group_id=group.id,
                idle_minutes=settings.idle_minutes(name),
                app_types=settings.defaults.app_types,
                images=[
                    replace(image.images[attached], version=versions.number(name, attached))
                    for attached in settings.user_images(name)
                ],
                sso_user=user.sso_user or None,
            )
            names.append(profile.name)
        self.outputs = UsersOutputs(user_names=tuple(names))
        self.export("user_names", names, "The user profiles.")
