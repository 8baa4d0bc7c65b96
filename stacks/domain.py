"""The Studio domain, with every enabled image."""

from collections.abc import Mapping

from constructs import Construct

from modules.custom_image import CustomImage
from modules.studio_domain import StudioDomain
from settings import Settings
from stacks.base import StudioStack
from stacks.network import NetworkOutputs
from stacks.role import RoleOutputs


class DomainStack(StudioStack):
    """One domain, with every enabled image attached to it; images: by their name in the settings.

    Attributes: ``domain_id``.
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
    ) -> None:
        super().__init__(scope, id_, settings=settings)
        domain = StudioDomain(
            self,
            "studio",
            name=self.context.name(),
            auth=settings.domain.auth,
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids,
            execution_role_arn=role.domain_role_arn,
            shared_space_security_group_ids=network.studio_security_group_ids,
            security_group_ids=settings.network.security_group_ids,
            source_identity=settings.domain.source_identity,
            retention=settings.domain.retention,
            idle_minutes=settings.defaults.idle_minutes,
            app_types=settings.defaults.app_types,
            images=images.values(),
            kms_key_arn=role.kms_key_arn,
        )
        self.domain_id: str = domain.id
        self.export("domain_id", domain.id, "The id of the Studio domain.")
        self.export("studio_url", domain.url, "Studio's address.")
