"""A person's own place to work in: a private space with its app, machine, volume and image."""

import cdktf_cdktf_provider_aws.sagemaker_space as bindings
from cdktf import Fn
from cdktf_cdktf_provider_aws.sagemaker_space import (
    SagemakerSpace,
    SagemakerSpaceOwnershipSettings,
    SagemakerSpaceSpaceSettings,
    SagemakerSpaceSpaceSettingsSpaceStorageSettings,
    SagemakerSpaceSpaceSettingsSpaceStorageSettingsEbsStorageSettings,
    SagemakerSpaceSpaceSharingSettings,
)
from constructs import Construct

from modules.app_settings import ARGUMENTS, STRUCTS
from modules.custom_image import CustomImage
from modules.user_profile import UserProfile
from settings import AppType

OWNER_TAG = "sagemaker:user-profile-arn"
"""The tag that AWS's policies for remote access compare with the caller's user profile
(sagemaker/latest/dg/remote-access-remote-setup.html)."""


class PrivateSpace(Construct):
    """A space that only its owner can open.

    Version 5 of the provider knows no RemoteAccess and sends none: what has been switched on by
    other means stays (hashicorp/terraform-provider-aws#44553).

    name: 1 to 63 letters, digits and hyphens, unique in the domain without regard to case.
    owner: whose it is. Studio tags the spaces that people make with the owner's profile; the API
        does not, so the tag is set here.
    app_type: JupyterLab or CodeEditor; another one replaces the space, and its volume is lost.
    volume_gb: the size of its volume in GB, 5 to 16,384; it can grow while no app runs.
    idle_minutes: after how long an idle app is shut down; within the owner's own limits.
    image: one that the owner may start; default SageMaker's Distribution.
    start_script_arn: the lifecycle configuration that apps start with; default none.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        domain_id: str,
        owner: UserProfile,
        app_type: AppType,
        instance_type: str,
        volume_gb: int,
        idle_minutes: int,
        image: CustomImage | None = None,
        start_script_arn: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        prefix = f"{SagemakerSpaceSpaceSettings.__name__}{STRUCTS[app_type]}"
        management = f"{prefix}AppLifecycleManagement"
        app = getattr(bindings, prefix)(
            app_lifecycle_management=getattr(bindings, management)(
                idle_settings=getattr(bindings, f"{management}IdleSettings")(
                    idle_timeout_in_minutes=idle_minutes
                )
            ),
            default_resource_spec=getattr(bindings, f"{prefix}DefaultResourceSpec")(
                instance_type=instance_type,
                lifecycle_config_arn=start_script_arn,
                sagemaker_image_arn=image.arn if image else None,
                sagemaker_image_version_arn=_version_arn(image) if image else None,
            ),
        )
        volume = SagemakerSpaceSpaceSettingsSpaceStorageSettings(
            ebs_storage_settings=SagemakerSpaceSpaceSettingsSpaceStorageSettingsEbsStorageSettings(
                ebs_volume_size_in_gb=volume_gb
            )
        )
        space = SagemakerSpace(
            self,
            "space",
            space_name=name,
            domain_id=domain_id,
            ownership_settings=SagemakerSpaceOwnershipSettings(owner_user_profile_name=owner.name),
            space_sharing_settings=SagemakerSpaceSpaceSharingSettings(sharing_type="Private"),
            space_settings=SagemakerSpaceSpaceSettings(
                app_type=app_type, space_storage_settings=volume, **{ARGUMENTS[app_type]: app}
            ),
            tags={OWNER_TAG: owner.arn},
        )
        self.name: str = space.space_name


def _version_arn(image: CustomImage) -> str | None:
    if image.version is None:
        return None
    return f"{Fn.replace(image.arn, ':image/', ':image-version/')}/{image.version}"
