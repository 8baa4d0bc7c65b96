"""What a stack or a module gets from others when it stands alone: plain strings."""

from typing import Any

from cdktf import TerraformStack, Testing

from modules.custom_image import CustomImage
from modules.repository import Repository
from modules.user_profile import UserProfile
from settings import AppType, Settings
from settings.record import Content
from stacks.network import NetworkOutputs
from stacks.role import RoleOutputs
from stacks.users import UsersStack
from tests.record_samples import versions

EXISTING_VPC = {
    "vpc_id": "vpc-0123456789abcdef0",
    "subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
}
"""The settings of a network in an existing VPC."""
NETWORK = NetworkOutputs(
    vpc_id="vpc-0a",
    vpc_cidrs=("10.20.0.0/16",),
    subnet_ids=("subnet-0a", "subnet-0b"),
    studio_security_group_ids=("sg-studio",),
    endpoints_security_group_id="sg-endpoints",
    s3_prefix_list_id="pl-0a",
)
USERS = ("alice", "bob", "carol", "aaron", "alice-apps", "bob-2")
ROLE = RoleOutputs(
    domain_role_arn="arn:aws:iam::123456789012:role/domain",
    user_role_arns={user: f"arn:aws:iam::123456789012:role/{user}" for user in USERS},
    kms_key_arn=None,
)
REPOSITORIES = {
    "slim": Repository(name="lab/slim", url="123456789012.dkr.ecr.us-east-1.amazonaws.com/lab/slim")
}
SLIM = CustomImage(
    image_name="lab-slim",
    arn="arn:aws:sagemaker:us-east-1:123456789012:image/lab-slim",
    app_image_configs={AppType.JUPYTER_LAB: "lab-slim-jupyterlab"},
)
TORCH = CustomImage(
    image_name="lab-torch",
    arn="arn:aws:sagemaker:us-east-1:123456789012:image/lab-torch",
    app_image_configs={
        AppType.JUPYTER_LAB: "lab-torch-jupyterlab",
        AppType.CODE_EDITOR: "lab-torch-codeeditor",
        AppType.KERNEL_GATEWAY: "lab-torch-kernelgateway",
    },
)
IMAGES = {"slim": SLIM, "torch": TORCH}
DOMAIN_ID = "d-0a"


def alice_profile(stack: TerraformStack, **arguments: Any) -> UserProfile:
    """Adds the user profile of alice."""
    return UserProfile(
        stack,
        "alice",
        name="alice",
        domain_id=DOMAIN_ID,
        execution_role_arn=ROLE.user_role_arns["alice"],
        security_group_ids=["sg-alice"],
        idle_minutes=90,
        app_types=[AppType.CODE_EDITOR],
        **{"volume_gb": 20, **arguments},
    )


def users_stack(settings: Settings, *slim: Content, role: RoleOutputs = ROLE) -> UsersStack:
    """The users alone; slim: the contents of the image slim, whose folder has the content b."""
    return UsersStack(
        Testing.app(),
        "users",
        settings=settings,
        network=NETWORK,
        role=role,
        images=IMAGES,
        domain_id=DOMAIN_ID,
        versions=versions(settings, "b" * 16, slim=slim),
    )
