"""What a user's identity, not its role, may do: own space, presigned URL, remote access."""

from catalog.permissions.iam import Account, Statement
from catalog.permissions.studio_permissions import (
    of_deployment,
    of_no_other_deployment,
    private_spaces,
)


def open_studio(account: Account, *, name: str, user: str) -> tuple[Statement, ...]:
    """For a user's identity: to find the user's space and open the user's profile.

    name: of the deployment.
    """
    return (
        Statement(
            sid="OpenOwnProfile",
            why="The URL that opens Studio, for the entire Studio session.",
            actions=("sagemaker:CreatePresignedDomainUrl",),
            resources=account.of_user("user-profile/*/", user),
            conditions=of_deployment(name),
        ),
        Statement(
            sid="ReadSpaces",
            why="The status of the space and the app, and the settings of the app's start.",
            actions=(
                "sagemaker:DescribeApp",
                "sagemaker:DescribeDomain",
                "sagemaker:DescribeSpace",
                "sagemaker:DescribeUserProfile",
            ),
            resources=account.arns("sagemaker", "app/*", "domain/*", "space/*", "user-profile/*"),
        ),
        Statement(
            sid="ListSpaces",
            why="To find the domain and the spaces; these calls have no resource in IAM.",
            actions=("sagemaker:ListApps", "sagemaker:ListDomains", "sagemaker:ListSpaces"),
            resources=("*",),
        ),
    )


def run_own_space(account: Account, *, name: str, user: str) -> tuple[Statement, ...]:
    """For a user's identity: to prepare the user's private space, and to start and stop its app.

    name: of the deployment.
    """
    own_and_private = {**private_spaces(account, user=user), **of_no_other_deployment(name)}
    return (
        Statement(
            sid="SwitchRemoteAccess",
            why="Enables remote access in the user's own space; condition keys prevent most other"
            " updates.",
            actions=("sagemaker:UpdateSpace",),
            resources=account.arns("sagemaker", "space/*"),
            conditions={
                **own_and_private,
                "StringEquals": {
                    **own_and_private["StringEquals"],
                    "sagemaker:RemoteAccess": ("DISABLED", "ENABLED"),
                },
            },
        ),
        Statement(
            sid="RunOwnApp",
            why="Users start the app to connect to it, and stop it because it is billed.",
            actions=("sagemaker:CreateApp", "sagemaker:DeleteApp"),
            resources=account.arns("sagemaker", "app/*"),
            conditions=own_and_private,
        ),
        Statement(
            sid="ReadOwnLog",
            why="`studio connect` quotes the log of an app that does not start.",
            actions=("logs:GetLogEvents",),
            resources=account.arns(
                "logs", f"log-group:/aws/sagemaker/studio:log-stream:*/{user}/*"
            ),
        ),
        Statement(
            sid="ReadImage",
            why="`studio connect` checks the app's image before it creates the app.",
            actions=("sagemaker:DescribeImageVersion",),
            resources=account.arns("sagemaker", "image/*", "image-version/*"),
        ),
        Statement(
            sid="ReadEndpoints",
            why="`studio connect` checks whether the deployment is paused; this call has no"
            " resource in IAM.",
            actions=("ec2:DescribeVpcEndpoints",),
            resources=("*",),
        ),
        Statement(
            sid="ReadQuotas",
            why="`studio connect` checks the quota before it starts an app; these calls have no"
            " resource in IAM.",
            actions=("servicequotas:GetServiceQuota", "servicequotas:ListServiceQuotas"),
            resources=("*",),
        ),
    )


def connect_to_own_spaces(account: Account, *, name: str, user: str) -> Statement:
    """SageMaker's own remote access, to the spaces of one user profile. name: of the deployment.

    The condition is on the tag of AWS's own policy. A caller who can tag a space can open it to
    others, so the roles allow tags only at creation.
    """
    return Statement(
        sid="ConnectToOwnSpaces",
        why="SageMaker's own remote access, by the tag that names the owner of a space.",
        actions=("sagemaker:StartSession",),
        resources=account.arns("sagemaker", "space/*"),
        conditions={
            "ArnLike": {
                "sagemaker:ResourceTag/sagemaker:user-profile-arn": account.of_user(
                    "user-profile/*/", user
                )
            },
            **of_no_other_deployment(name),
        },
    )
