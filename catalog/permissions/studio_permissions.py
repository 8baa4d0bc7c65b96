"""What a role may do in Studio: own profile, its presigned URL, spaces, images, buckets, roles.

``everyone`` is the same for every role of a deployment. ``own`` names one user profile, so that its
role cannot be used for another profile or change another user's spaces.
"""

from catalog.names import DEPLOYMENT_TAG
from catalog.permissions.iam import Account, Conditions, Statement

# SageMaker sets it for calls from Studio; AmazonSageMakerFullAccess uses it too.
_THIS_DOMAIN = "${sagemaker:DomainId}"

_DEPLOYMENT = f"sagemaker:ResourceTag/{DEPLOYMENT_TAG}"

PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")

_LOG_IN_TO_ECR = Statement(
    sid="LogInToEcr",
    why="The token for every pull; this call has no resource in IAM.",
    actions=("ecr:GetAuthorizationToken",),
    resources=("*",),
)

USE_OBJECTS = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject")

WHILE_CREATING = {"Null": {"sagemaker:TaggingAction": "false"}}
"""A condition of AddTags: only with the creation of the resource
(sagemaker/latest/dg/security_iam_id-based-policy-examples.html, grant-tagging-permissions)."""


def everyone(
    account: Account, *, name: str, repositories: tuple[str, ...] = ()
) -> tuple[Statement, ...]:
    """For every user's role and the domain's default role.

    name: of the deployment, whose repositories are ``NAME/...``. repositories: the ARNs of
    repositories of other pipelines.
    """
    return (
        Statement(
            sid="ReadStudio",
            why="Studio's pages show the domain, its spaces, apps and images.",
            actions=(
                "sagemaker:DescribeApp",
                "sagemaker:DescribeAppImageConfig",
                "sagemaker:DescribeDomain",
                "sagemaker:DescribeImage",
                "sagemaker:DescribeImageVersion",
                "sagemaker:DescribeSpace",
                "sagemaker:DescribeStudioLifecycleConfig",
                "sagemaker:ListImageVersions",
                "sagemaker:ListTags",
            ),
            resources=account.arns(
                "sagemaker",
                *("app/*", "app-image-config/*", "domain/*", "image/*", "image-version/*"),
                *("space/*", "studio-lifecycle-config/*", "user-profile/*"),
            ),
        ),
        Statement(
            sid="ListStudio",
            why="The lists on Studio's pages; these calls have no resource in IAM.",
            actions=(
                "sagemaker:ListAppImageConfigs",
                "sagemaker:ListApps",
                "sagemaker:ListDomains",
                "sagemaker:ListImages",
                "sagemaker:ListSpaces",
                "sagemaker:ListStudioLifecycleConfigs",
                "sagemaker:ListUserProfiles",
            ),
            resources=("*",),
        ),
        Statement(
            sid="TagWhatStudioCreates",
            why="Studio tags each space and app at creation, and fails without permission.",
            actions=("sagemaker:AddTags",),
            resources=account.arns("sagemaker", f"app/{_THIS_DOMAIN}/*", f"space/{_THIS_DOMAIN}/*"),
            conditions=WHILE_CREATING,
        ),
        _LOG_IN_TO_ECR,
        Statement(
            sid="ReadImages",
            why="Apps and jobs run this deployment's images.",
            actions=("ecr:DescribeImages", "ecr:DescribeRepositories", *PULL),
            resources=(*account.arns("ecr", f"repository/{name}/*"), *repositories),
        ),
        Statement(
            sid="WriteLogs",
            why="The logs of apps and jobs, also of a failed start.",
            actions=(
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ),
            resources=account.arns("logs", "log-group:/aws/sagemaker/*"),
        ),
        Statement(
            sid="UseNetworkInterfaces",
            why="SageMaker attaches apps and jobs to the VPC, also with its NFS security groups, so"
            " a condition on tags is not possible.",
            actions=(
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
            ),
            resources=account.arns("ec2", "network-interface/*", "security-group/*", "subnet/*"),
        ),
        Statement(
            sid="LetSageMakerAttachThem",
            why="SageMaker's account attaches the network interface to the app's instance.",
            actions=("ec2:CreateNetworkInterfacePermission",),
            resources=account.arns("ec2", "network-interface/*"),
            conditions={"StringEquals": {"ec2:Permission": "INSTANCE-ATTACH"}},
        ),
        Statement(
            sid="ReadNetwork",
            why="SageMaker checks the VPC first; these calls have no resource in IAM.",
            actions=(
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ),
            resources=("*",),
        ),
    )


def own(account: Account, *, name: str, user: str) -> tuple[Statement, ...]:
    """For the role of one user profile. name: of the deployment."""
    own_and_private = private_spaces(account, user=user, domain=_THIS_DOMAIN)
    return (
        Statement(
            sid="OwnProfile",
            why="Studio reads the user's settings, and opens for this user only.",
            actions=("sagemaker:CreatePresignedDomainUrl", "sagemaker:DescribeUserProfile"),
            resources=account.of_user("user-profile/*/", user),
            conditions=of_deployment(name),
        ),
        Statement(
            sid="OwnSpaces",
            why="Users create private spaces only; a shared one shows files to other users.",
            actions=("sagemaker:CreateSpace", "sagemaker:DeleteSpace", "sagemaker:UpdateSpace"),
            resources=account.arns("sagemaker", f"space/{_THIS_DOMAIN}/*"),
            conditions=own_and_private,
        ),
        Statement(
            sid="OwnApps",
            why="Users start and stop JupyterLab and Code Editor in their own spaces.",
            actions=("sagemaker:CreateApp", "sagemaker:DeleteApp"),
            resources=account.arns("sagemaker", f"app/{_THIS_DOMAIN}/*/*/*"),
            conditions=own_and_private,
        ),
        Statement(
            sid="OwnAppsWithoutSpace",
            why="Apps of Studio Classic are in no space and have no owner, so the profile in the"
            " ARN decides.",
            actions=("sagemaker:CreateApp", "sagemaker:DeleteApp"),
            resources=account.of_user(f"app/{_THIS_DOMAIN}/", user, "/*/*"),
            conditions={"Null": {"sagemaker:OwnerUserProfileArn": "true"}},
        ),
    )


def of_deployment(name: str) -> Conditions:
    """The condition of requests for a user profile of this deployment; another may have its name.

    AWS's documents have the condition for the user's name (whitepapers/latest/
    sagemaker-studio-admin-best-practices, Permissions management).
    """
    return {"StringEquals": {_DEPLOYMENT: name}}


def of_no_other_deployment(name: str) -> Conditions:
    """As ``of_deployment``, for spaces: one that a user creates in Studio has no such tag."""
    return {"StringEqualsIfExists": {_DEPLOYMENT: name}}


def private_spaces(account: Account, *, user: str, domain: str = "*") -> Conditions:
    """The condition of requests for the private spaces of a user profile, and for their apps."""
    owner = account.of_user(f"user-profile/{domain}/", user)
    return {
        "ArnLike": {"sagemaker:OwnerUserProfileArn": owner},
        "StringEquals": {"sagemaker:SpaceSharingType": "Private"},
    }


def buckets(account: Account, *, names: tuple[str, ...]) -> tuple[Statement, ...]:
    """For the buckets that users may read and write."""
    if not names:
        return ()
    return (
        Statement(
            sid="ListBuckets",
            why="The buckets that users may read and write.",
            actions=("s3:GetBucketLocation", "s3:ListBucket"),
            resources=tuple(account.bucket_arn(name) for name in names),
        ),
        Statement(
            sid="UseObjects",
            why="Users read and write data in the team's buckets.",
            actions=USE_OBJECTS,
            resources=tuple(account.bucket_arn(name, "*") for name in names),
        ),
    )


def key(account: Account, *, arn: str) -> tuple[Statement, ...]:
    """For a domain with a customer managed KMS key.

    CreateApp checks both actions (sagemaker/latest/dg/sagemaker-roles.html, CreateDomain API); the
    condition is that of AWS's SageMakerStudioUserIAMDefaultExecutionPolicy.
    """
    return (
        Statement(
            sid="ReadKey",
            why="SageMaker reads the domain's key before it creates a volume for an app.",
            actions=("kms:DescribeKey",),
            resources=(arn,),
        ),
        Statement(
            sid="LetSageMakerUseKey",
            why="The grant for EBS and EFS, only through SageMaker.",
            actions=("kms:CreateGrant",),
            resources=(arn,),
            conditions={
                "StringLike": {"kms:ViaService": f"sagemaker.{account.region}.amazonaws.com*"}
            },
        ),
    )


def image(
    account: Account, *, name: str, role: str, repositories: tuple[str, ...] = ()
) -> tuple[Statement, ...]:
    """For the role with which SageMaker reads an image to create a version.

    The actions of sagemaker/latest/dg/sagemaker-roles.html (CreateImage API), on fewer resources,
    and ECR's token. role: the ARN of the role. repositories: as for ``everyone``.
    """
    return (
        _LOG_IN_TO_ECR,
        Statement(
            sid="ReadImages",
            why="SageMaker checks the image and copies it.",
            actions=("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
            resources=(*account.arns("ecr", f"repository/{name}/*"), *repositories),
        ),
        pass_role(role, service="sagemaker.amazonaws.com", sid="PassItself"),
    )


def pass_role(role: str, *, service: str, sid: str) -> Statement:
    """To pass a role to one service; role: its ARN."""
    return Statement(
        sid=sid,
        why=f"Only this role can be passed, and only to {service}.",
        actions=("iam:PassRole",),
        resources=(role,),
        conditions={"StringEquals": {"iam:PassedToService": service}},
    )
