"""A private SageMaker Studio domain without updates in daily use."""

from collections.abc import Iterable, Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.sagemaker_domain import SagemakerDomain
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from catalog.names import AppType
from modules.app_settings import app_settings, hidden_app_types
from modules.custom_image import CustomImage

# The provider sends each update of a VpcOnly domain without the VPC, and AWS refuses it
# (hashicorp/terraform-provider-aws#45528). User profiles override these blocks, so Terraform
# ignores their changes in the domain.
SET_ON_USER_PROFILES = [
    f"default_user_settings[0].{block}"
    for block in (
        "code_editor_app_settings",
        "jupyter_lab_app_settings",
        "kernel_gateway_app_settings",
        "studio_web_portal_settings",
    )
]


class StudioDomain(Construct):
    """A domain whose traffic stays in the VPC, with the new Studio as its landing page.

    An app has the security groups of both domain and user profile (SageMaker API, UserSettings), so
    the domain has one without rules, and each user profile needs its own.

    name: the domain's name, at most 63 characters.
    auth: "IAM" or "SSO" (IAM Identity Center); cannot be changed later.
    subnet_ids: 1 to 16 private subnets; a change replaces the domain.
    execution_role_arn: the role of shared spaces, and of profiles without a role.
    shared_space_security_group_ids: of shared spaces, which belong to no user profile.
    security_group_ids: the domain's groups, instead of the one without rules; the provider cannot
        change them later.
    source_identity: record the profile's name in CloudTrail as ``sts:SourceIdentity``.
    retention: "Retain" or "Delete" the home directories (EFS) when the domain is deleted.
    kms_key_arn: encrypts EFS and EBS; default AWS's own keys. A change replaces the domain.
    images, idle_minutes, app_types: initial defaults of user profiles.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        auth: str,
        vpc_id: str,
        subnet_ids: Sequence[str],
        execution_role_arn: str,
        shared_space_security_group_ids: Sequence[str],
        source_identity: bool,
        retention: str,
        idle_minutes: int,
        app_types: Iterable[AppType],
        images: Iterable[CustomImage] = (),
        kms_key_arn: str | None = None,
        security_group_ids: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, id_)
        own_groups = list(security_group_ids) or [_group_without_rules(self, name, vpc_id)]
        domain = SagemakerDomain(
            self,
            "domain",
            domain_name=name,
            auth_mode=auth,
            app_network_access_type="VpcOnly",
            vpc_id=vpc_id,
            subnet_ids=list(subnet_ids),
            kms_key_id=kms_key_arn,
            domain_settings={
                # Without the argument, the provider does not disable it.
                "execution_role_identity_config": (
                    "USER_PROFILE_NAME" if source_identity else "DISABLED"
                ),
            },
            default_user_settings={
                "execution_role": execution_role_arn,
                "security_groups": own_groups,
                "default_landing_uri": "studio::",
                "studio_web_portal": "ENABLED",
                "studio_web_portal_settings": {"hidden_app_types": hidden_app_types(app_types)},
                **app_settings(images=images, idle_minutes=idle_minutes),
            },
            default_space_settings={
                "execution_role": execution_role_arn,
                "security_groups": list(shared_space_security_group_ids),
            },
            retention_policy={"home_efs_file_system": retention},
            lifecycle=TerraformResourceLifecycle(ignore_changes=SET_ON_USER_PROFILES),
        )
        self.id: str = domain.id
        self.url: str = domain.url


def _group_without_rules(scope: Construct, name: str, vpc_id: str) -> str:
    return SecurityGroup(
        scope,
        "no_rules",
        vpc_id=vpc_id,
        name=f"{name}-domain",
        description="Domain default without rules: each user profile brings its own group",
        tags={"Name": f"{name}-domain"},
    ).id
