"""What Studio itself needs of an execution role.

``everyone`` is the same for every role of a deployment. ``own`` names one user profile, so that its
role can neither serve another profile nor change another's spaces.
"""

from catalog.permissions.iam import Account, Conditions, Statement

# What SageMaker sets for calls from within Studio; AmazonSageMakerFullAccess relies on it too.
_THIS_DOMAIN = "${sagemaker:DomainId}"

PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")

_LOG_IN_TO_ECR = Statement(
    sid="LogInToEcr",
    why="The token that every pull starts with; IAM knows no resource for it.",
    actions=("ecr:GetAuthorizationToken",),
    resources=("*",),
)

WHILE_CREATING = {"Null": {"sagemaker:TaggingAction": "false"}}
"""A condition of AddTags: only with the creation of the resource
(sagemaker/latest/dg/security_iam_id-based-policy-examples.html, grant-tagging-permissions)."""


def everyone(
    account: Account, *, name: str, repositories: tuple[str, ...] = ()
) -> tuple[Statement, ...]:
    """For every user's role and the domain's default one.

    name: the deployment's; its image repositories are called ``NAME/...``. repositories: the ARNs
    of those that others push to.
    """
    return (
        Statement(
            sid="ReadStudio",
            why="Studio's pages show the domain, its spaces and apps, and the images to choose.",
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
            why="The lists on Studio's pages; IAM knows no resource for these calls.",
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
            why="Studio tags each space and app as it creates it, and fails where it may not.",
            actions=("sagemaker:AddTags",),
            resources=account.arns("sagemaker", f"app/{_THIS_DOMAIN}/*", f"space/{_THIS_DOMAIN}/*"),
            conditions=WHILE_CREATING,
        ),
        _LOG_IN_TO_ECR,
        Statement(
            sid="ReadImages",
            why="Apps and jobs run this deployment's own images.",
            actions=("ecr:DescribeImages", "ecr:DescribeRepositories", *PULL),
            resources=(*account.arns("ecr", f"repository/{name}/*"), *repositories),
        ),
        Statement(
            sid="WriteLogs",
            why="What apps and jobs print; without it a failed start leaves no trace.",
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
            why="Apps and jobs are attached to the VPC; SageMaker brings its own NFS groups along,"
            " so the security groups cannot be narrowed by tag.",
            actions=(
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
            ),
            resources=account.arns("ec2", "network-interface/*", "security-group/*", "subnet/*"),
        ),
        Statement(
            sid="LetSageMakerAttachThem",
            why="SageMaker's own account attaches the network interface to the app's instance.",
            actions=("ec2:CreateNetworkInterfacePermission",),
            resources=account.arns("ec2", "network-interface/*"),
            conditions={"StringEquals": {"ec2:Permission": "INSTANCE-ATTACH"}},
        ),
        Statement(
            sid="ReadNetwork",
            why="SageMaker checks the VPC before it attaches; IAM knows no resource for it.",
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


def own(account: Account, *, user: str) -> tuple[Statement, ...]:
    """For the role of one user profile."""
    owner = account.of_user(f"user-profile/{_THIS_DOMAIN}/", user)
    own_and_private: Conditions = {
        "ArnLike": {"sagemaker:OwnerUserProfileArn": owner},
        "StringEquals": {"sagemaker:SpaceSharingType": "Private"},
    }
    return (
        Statement(
            sid="OwnProfile",
            why="Studio reads the user's settings and opens for this user alone.",
            actions=("sagemaker:CreatePresignedDomainUrl", "sagemaker:DescribeUserProfile"),
            resources=account.of_user("user-profile/*/", user),
        ),
        Statement(
            sid="OwnSpaces",
            why="People make their own private spaces; a shared one would show others' files.",
            actions=("sagemaker:CreateSpace", "sagemaker:DeleteSpace", "sagemaker:UpdateSpace"),
            resources=account.arns("sagemaker", f"space/{_THIS_DOMAIN}/*"),
            conditions=own_and_private,
        ),
        Statement(
            sid="OwnApps",
            why="People start and stop JupyterLab and Code Editor in their own spaces.",
            actions=("sagemaker:CreateApp", "sagemaker:DeleteApp"),
            resources=account.arns("sagemaker", f"app/{_THIS_DOMAIN}/*/*/*"),
            conditions=own_and_private,
        ),
        Statement(
            sid="OwnAppsWithoutSpace",
            why="Apps of Studio Classic belong to the profile; unlike those of a space with the"
            " user's name they have no owner.",
            actions=("sagemaker:CreateApp", "sagemaker:DeleteApp"),
            resources=account.of_user(f"app/{_THIS_DOMAIN}/", user, "/*/*"),
            conditions={"Null": {"sagemaker:OwnerUserProfileArn": "true"}},
        ),
    )


def buckets(account: Account, *, names: tuple[str, ...]) -> tuple[Statement, ...]:
    """For the buckets that people may read and write; none without a name."""
    if not names:
        return ()
    return (
        Statement(
            sid="ListBuckets",
            why="The buckets that people may read and write.",
            actions=("s3:GetBucketLocation", "s3:ListBucket"),
            resources=tuple(account.bucket_arn(name) for name in names),
        ),
        Statement(
            sid="UseObjects",
            why="People read and write data in the team's buckets.",
            actions=(
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:PutObject",
            ),
            resources=tuple(account.bucket_arn(name, "*") for name in names),
        ),
    )


def key(account: Account, *, arn: str) -> tuple[Statement, ...]:
    """For a domain whose disks a customer's KMS key encrypts.

    CreateApp checks both actions (sagemaker/latest/dg/sagemaker-roles.html, CreateDomain API); the
    condition is the one of AWS's own SageMakerStudioUserIAMDefaultExecutionPolicy.
    """
    return (
        Statement(
            sid="ReadKey",
            why="SageMaker looks at the domain's key before it makes a disk for an app.",
            actions=("kms:DescribeKey",),
            resources=(arn,),
        ),
        Statement(
            sid="LetSageMakerUseKey",
            why="The grant with which EBS and EFS encrypt; only SageMaker may ask for it.",
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
    """For the role with which SageMaker reads an image when a version of it is made.

    The actions are those of sagemaker/latest/dg/sagemaker-roles.html (CreateImage API), on less,
    and the token that ECR asks of everybody who pulls. role: the ARN of that role. repositories:
    as for ``everyone``.
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
    """To hand a role to one service; role: its ARN."""
    return Statement(
        sid=sid,
        why=f"What is started runs with this very role; no other, and no other service than"
        f" {service}.",
        actions=("iam:PassRole",),
        resources=(role,),
        conditions={"StringEquals": {"iam:PassedToService": service}},
    )
