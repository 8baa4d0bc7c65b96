"""A user's private space, with a volume for the home directory."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.sagemaker_space import SagemakerSpace
from constructs import Construct

from catalog.names import AppType
from modules.user_profile import UserProfile

OWNER_TAG = "sagemaker:user-profile-arn"
"""The tag that AWS's policies for remote access compare with the caller's user profile
(sagemaker/latest/dg/remote-access-remote-setup.html)."""

# The provider sends the AppType with each update, and AWS refuses every update with one
# (hashicorp/terraform-provider-aws#38370, boto/boto3#4375). So Terraform never updates a space: the
# owner's profile sets how its app starts, and the space keeps the user's choices in Studio.
_NEVER_UPDATED = [
    "space_display_name",
    "space_settings[0].code_editor_app_settings",
    "space_settings[0].jupyter_lab_app_settings",
    "space_settings[0].space_storage_settings",
]


class PrivateSpace(Construct):
    """A space whose tag lets policies admit only its owner; apps start as the owner's profile sets.

    The provider has no argument for RemoteAccess and does not change it
    (hashicorp/terraform-provider-aws#44553).

    name: 1 to 63 letters, digits and hyphens, unique in the domain without regard to case.
    owner: the user profile that owns it. Sets OWNER_TAG, which Studio sets and CreateSpace does
        not.
    app_type: JupyterLab or CodeEditor; AWS refuses to change it.
    volume_gb: the size of a new space's volume in GB, 5 to 16,384.
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
        volume_gb: int,
    ) -> None:
        super().__init__(scope, id_)
        space = SagemakerSpace(
            self,
            "space",
            space_name=name,
            domain_id=domain_id,
            ownership_settings={"owner_user_profile_name": owner.name},
            space_sharing_settings={"sharing_type": "Private"},
            space_settings={
                "app_type": app_type,
                "space_storage_settings": {
                    "ebs_storage_settings": {"ebs_volume_size_in_gb": volume_gb}
                },
            },
            tags={OWNER_TAG: owner.arn},
            lifecycle=TerraformResourceLifecycle(ignore_changes=_NEVER_UPDATED),
        )
        self.name: str = space.space_name
