"""A user profile: its role, groups and apps, and the largest volume that its user may choose."""

from collections.abc import Iterable, Mapping, Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.sagemaker_user_profile import SagemakerUserProfile
from constructs import Construct

from catalog.names import AppType
from modules.app_settings import Start, app_settings, hidden_app_types
from modules.custom_image import CustomImage

DEFAULT_LIMIT_GB = 100
"""The default limit of a space's volume (SageMaker API, UserSettings$SpaceStorageSettings)."""

# SageMaker's API cannot clear an alias, and may keep one that an update omits: a plan would then
# never be empty. An app with a custom image starts without it (studio/aws/apps.py).
IMAGE_VERSION_ALIASES = [
    f"user_settings[0].{block}[0].default_resource_spec[0].sagemaker_image_version_alias"
    for block in ("code_editor_app_settings", "jupyter_lab_app_settings")
]


class UserProfile(Construct):
    """A user profile with its own role.

    Terraform sets the alias of the image version at creation, and never changes it.

    name: 1 to 63 letters, digits and hyphens; SageMaker compares it without regard to case.
    security_group_ids: of this user's apps. SageMaker recommends a group for each profile: apps of
        one group reach each other (SageMaker guide, "Connect Amazon SageMaker Studio in a
        VPC to external resources").
    idle_minutes: the idle time until SageMaker shuts down a JupyterLab or Code Editor app, 60 to
        525,600.
    app_types: the app types that Studio shows.
    volume_gb: the size of a new space's volume in GB, 5 to 16,384. Users may choose up to 100
        GB, or up to this size if it is larger.
    images: the custom images that this user may start, at most 5.
    start: how this user's apps of each type start; default, as in the domain.
    sso_user: the IAM Identity Center user name, only for a domain with auth "SSO".
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        domain_id: str,
        execution_role_arn: str,
        security_group_ids: Sequence[str],
        idle_minutes: int,
        app_types: Iterable[AppType],
        volume_gb: int,
        images: Iterable[CustomImage] = (),
        start: Mapping[AppType, Start] | None = None,
        sso_user: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        profile = SagemakerUserProfile(
            self,
            "profile",
            user_profile_name=name,
            domain_id=domain_id,
            single_sign_on_user_identifier="UserName" if sso_user else None,
            single_sign_on_user_value=sso_user,
            user_settings={
                "execution_role": execution_role_arn,
                "security_groups": list(security_group_ids),
                "studio_web_portal_settings": {"hidden_app_types": hidden_app_types(app_types)},
                "space_storage_settings": {
                    "default_ebs_storage_settings": {
                        "default_ebs_volume_size_in_gb": volume_gb,
                        "maximum_ebs_volume_size_in_gb": max(volume_gb, DEFAULT_LIMIT_GB),
                    }
                },
                **app_settings(images=images, idle_minutes=idle_minutes, start=start),
            },
            lifecycle=TerraformResourceLifecycle(ignore_changes=IMAGE_VERSION_ALIASES),
        )
        self.name: str = profile.user_profile_name
        self.arn: str = profile.arn
