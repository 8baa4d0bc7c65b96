"""What a user's identity in AWS needs for the user's own space and SageMaker's remote access."""

from catalog.permissions.iam import Account, Conditions, Statement


def open_studio(account: Account, *, user: str) -> tuple[Statement, ...]:
    """For a person's identity: to find the own space and open the own profile, no other's."""
    return (
        Statement(
            sid="OpenOwnProfile",
            why="The URL that opens Studio; its permissions hold for the entire Studio session.",
            actions=("sagemaker:CreatePresignedDomainUrl",),
            resources=account.of_user("user-profile/*/", user),
        ),
        Statement(
            sid="ReadSpaces",
            why="The state of the space and app to connect to, and how an app of its owner starts.",
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
            why="To find the domain and the spaces; IAM knows no resource for these calls.",
            actions=("sagemaker:ListApps", "sagemaker:ListDomains", "sagemaker:ListSpaces"),
            resources=("*",),
        ),
    )


def run_own_space(account: Account, *, user: str) -> tuple[Statement, ...]:
    """For a person's identity: to prepare the own private space, and to start and stop its app."""
    own_and_private = _own_and_private(account, user)
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
            why="The app is started to connect to it, and stopped because it is billed.",
            actions=("sagemaker:CreateApp", "sagemaker:DeleteApp"),
            resources=account.arns("sagemaker", "app/*"),
            conditions=own_and_private,
        ),
        Statement(
            sid="ReadOwnLog",
            why="An app that does not start is reported with the last lines of its log.",
            actions=("logs:GetLogEvents",),
            resources=account.arns(
                "logs", f"log-group:/aws/sagemaker/studio:log-stream:*/{user}/*"
            ),
        ),
        Statement(
            sid="ReadImage",
            why="Whether the app's image can start is checked before the app is created.",
            actions=("sagemaker:DescribeImageVersion",),
            resources=account.arns("sagemaker", "image/*", "image-version/*"),
        ),
        Statement(
            sid="ReadEndpoints",
            why="Whether the deployment is paused is checked before the app is created; IAM knows"
            " no resource for this call.",
            actions=("ec2:DescribeVpcEndpoints",),
            resources=("*",),
        ),
        Statement(
            sid="ReadQuotas",
            why="A quota that is used up is reported before an app starts; IAM knows no resource"
            " for these calls.",
            actions=("servicequotas:GetServiceQuota", "servicequotas:ListServiceQuotas"),
            resources=("*",),
        ),
    )


def start_own_space(account: Account, *, user: str) -> Statement:
    """SageMaker's own remote access, to the spaces of one user profile.

    Compares the tag that AWS's own policy compares. A caller who could tag a space could open it to
    others, so the roles allow tagging with the creation only.
    """
    return Statement(
        sid="ConnectToOwnSpaces",
        why="SageMaker's own remote access, by the tag that names the profile that owns a space.",
        actions=("sagemaker:StartSession",),
        resources=account.arns("sagemaker", "space/*"),
        conditions={
            "ArnLike": {
                "sagemaker:ResourceTag/sagemaker:user-profile-arn": account.of_user(
                    "user-profile/*/", user
                )
            }
        },
    )


def _own_and_private(account: Account, user: str) -> Conditions:
    return {
        "ArnLike": {"sagemaker:OwnerUserProfileArn": account.of_user("user-profile/*/", user)},
        "StringEquals": {"sagemaker:SpaceSharingType": "Private"},
    }
