"""The policies of a pipeline's roles, as JSON: for `studio plan`, `studio apply`, `studio down`.

They follow from the resource types of the modules and the calls in studio/.
"""

import json
import textwrap
from collections.abc import Callable, Iterable, Mapping

from catalog.names import HOME_OWNER_TAG, SSH_RESOURCE_TAG
from catalog.permissions.iam import Conditions, Statement
from settings.paths import PROJECT
from tools.network_policy import network_statements
from tools.provider_calls import access, reads, writes
from tools.sample_statements import NAME, NEW, OWN, SAMPLE, TAG, allow

FOLDER = PROJECT / "examples" / "pipeline-roles"
_BUCKET, _PREFIX = "STATE_BUCKET", "STATE_PREFIX"
_STATE = (SAMPLE.bucket_arn(_BUCKET), SAMPLE.bucket_arn(_BUCKET, f"{_PREFIX}/*"))
_TRUSTED = ("sagemaker.amazonaws.com", "vpc-flow-logs.amazonaws.com")

_STUDIO_READS = (
    "ec2:DescribeInternetGateways ec2:DescribeNatGateways ecr:DescribeImageScanFindings "
    "ecr:GetRepositoryPolicy elasticfilesystem:DescribeFileSystems iam:ListEntitiesForPolicy "
    "iam:ListPolicies kms:ListKeys sagemaker:DescribeApp sagemaker:ListApps sagemaker:ListDomains "
    "sagemaker:ListImageVersions sagemaker:ListImages sagemaker:ListSpaces "
    "sagemaker:ListStudioLifecycleConfigs sagemaker:ListUserProfiles "
    "ssm:DescribeInstanceInformation ssm:ListTagsForResource sts:GetCallerIdentity"
)
"""The read calls of studio/."""

_PUSH = access(
    "ecr",
    write="BatchCheckLayerAvailability BatchDeleteImage BatchGetImage CompleteLayerUpload "
    "GetDownloadUrlForLayer InitiateLayerUpload PutImage StartImageScan UploadLayerPart",
).write
_RESOURCES: Mapping[str, tuple[str, ...]] = {
    "ecr": SAMPLE.arns("ecr", f"repository/{NAME}/*"),
    "iam": tuple(f"arn:aws:iam::ACCOUNT:{kind}/{NAME}-*" for kind in ("policy", "role")),
    "logs": SAMPLE.arns("logs", f"log-group:/aws/vpc-flow-logs/{NAME}-*"),
    "sagemaker": SAMPLE.arns(
        "sagemaker",
        *(
            f"{kind}/{NAME}-*"
            for kind in ("app-image-config", "image", "image-version", "studio-lifecycle-config")
        ),
    ),
}
"""The resources with the deployment's name, by service."""


def plan_statements() -> tuple[Statement, ...]:
    """The permissions for `studio plan` and `studio review`."""
    return (
        allow("Refresh", "Most of these calls have no resource in IAM.", _reads()),
        allow("ListState", "To find stacks, locks and workspaces.", "s3:ListBucket", _STATE[:1]),
        allow(
            "ExamineStateBucket",
            "To check that the bucket is versioned, encrypted and not public.",
            "s3:GetBucketLocation GetBucketPolicy GetBucketPublicAccessBlock GetBucketVersioning "
            "GetEncryptionConfiguration",
            _STATE[:1],
        ),
        allow("ReadState", "A plan takes no lock.", "s3:GetObject", _STATE[1:]),
        _of_state_key("Read", "kms:Decrypt"),
    )


def _of_state_key(verb: str, action: str) -> Statement:
    """S3 calls KMS for the state's key.

    It sends the ARN of the object as context, or the ARN of the bucket if it has a bucket key.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    conditions: Conditions = {
        "StringEquals": {"kms:ViaService": f"s3.{SAMPLE.region}.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": _STATE},
    }
    why = "With any key of state.kms_key, through S3 and for the state only."
    return allow(f"{verb}EncryptedState", why, action, conditions=conditions)


def apply_statements() -> tuple[Statement, ...]:
    """The additional permissions for `studio apply`, without those of ``network_statements``."""
    apps = SAMPLE.arns("sagemaker", "app/*")
    return (
        allow("WriteState", "The state, locks, marks.", "s3:DeleteObject PutObject", _STATE[1:]),
        _of_state_key("Write", "kms:GenerateDataKey"),
        allow(
            "KeyBucket",
            "SageMaker's default bucket, for the public keys of users with ssh-helper.",
            "s3:CreateBucket ListBucket",
            (SAMPLE.bucket_arn(SAMPLE.sagemaker_bucket),),
        ),
        *_domain(),
        *(
            allow(
                f"Write{service.capitalize()}",
                "Resources with the deployment's name.",
                " ".join(
                    action
                    for action in (*writes(service), *(_PUSH if service == "ecr" else ()))
                    if not action.endswith(("Domain", "Space", "UserProfile"))
                ),
                resources,
            )
            for service, resources in _RESOURCES.items()
        ),
        allow("DeleteApps", "The domain's id is unknown.", "sagemaker:DeleteApp", apps),
        allow(
            "DeleteNodes",
            "The nodes of SageMaker's apps, which AWS bills by the hour.",
            "ssm:DeregisterManagedInstance",
            SAMPLE.arns("ssm", "managed-instance/mi-*"),
            {"StringLike": {f"ssm:resourceTag/{SSH_RESOURCE_TAG}": apps}},
        ),
        allow(
            "FirstDomain",
            "The first domain of an account creates SageMaker's service-linked role.",
            "iam:CreateServiceLinkedRole",
            (SAMPLE.role_arn("aws-service-role/sagemaker.amazonaws.com/*"),),
            {"StringEquals": {"iam:AWSServiceName": "sagemaker.amazonaws.com"}},
        ),
        allow("LogInToEcr", "The token for every push.", "ecr:GetAuthorizationToken"),
        allow(
            "PassRoles",
            "The roles of users, images and flow logs.",
            "iam:PassRole",
            (SAMPLE.role_arn(f"{NAME}-*"),),
            {"StringEquals": {"iam:PassedToService": _TRUSTED}},
        ),
    )


def _domain() -> tuple[Statement, ...]:
    """The domain, its profiles and spaces, whose ARNs do not have the deployment's name.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    """
    people = SAMPLE.arns("sagemaker", "space/*", "user-profile/*")
    every = (*SAMPLE.arns("sagemaker", "domain/*"), *people)
    create = "sagemaker:CreateDomain CreateSpace CreateUserProfile"
    change = "sagemaker:AddTags DeleteDomain DeleteSpace DeleteTags DeleteUserProfile UpdateDomain"
    creating = {"Null": {"sagemaker:TaggingAction": "false"}}
    own_or_none = {"StringEqualsIfExists": {TAG: NAME}}
    update = "sagemaker:UpdateSpace UpdateUserProfile"
    return (
        allow("CreateInDomain", "SageMaker does not check the domain.", create, every, NEW),
        allow("TagInDomain", "As a part of the creation.", "sagemaker:AddTags", every, creating),
        allow("OwnDomain", "What Terraform created.", change, every, OWN),
        allow("UpdatePeople", "studio updates untagged ones, too.", update, people, own_or_none),
    )


def down_statements() -> tuple[Statement, ...]:
    """The additional permissions for `studio down`, which also needs those of `studio apply`."""
    homes = f"aws:ResourceTag/{HOME_OWNER_TAG}"
    return (
        allow(
            "FindWhatPeopleHave",
            "Home directories and activations, which are in no Terraform state.",
            "elasticfilesystem:DescribeMountTargets ssm:DescribeActivations",
        ),
        allow(
            "DeletePeople",
            "People create spaces and profiles without the deployment's tag.",
            "sagemaker:DeleteSpace DeleteUserProfile",
            SAMPLE.arns("sagemaker", "space/*", "user-profile/*"),
        ),
        allow(
            "DeleteHomes",
            "The file systems that SageMaker created for its domains.",
            "elasticfilesystem:DeleteFileSystem DeleteMountTarget",
            SAMPLE.arns("elasticfilesystem", "file-system/*"),
            {"StringLike": {homes: SAMPLE.arns("sagemaker", "domain/*")[0]}},
        ),
        allow(
            "DeleteWhatHasNoTag",
            "Interfaces of mount targets, SageMaker's NFS groups, activations: AWS tags none.",
            "ec2:DeleteNetworkInterface DeleteSecurityGroup RevokeSecurityGroupEgress "
            "RevokeSecurityGroupIngress ssm:DeleteActivation ssm:DeregisterManagedInstance",
        ),
    )


FILES: Mapping[str, Callable[[], tuple[Statement, ...]]] = {
    "plan": plan_statements,
    "apply": apply_statements,
    "network": network_statements,
    "down": down_statements,
}
"""By the name of the file in examples/."""


def _reads() -> str:
    return " ".join(reads().union(_STUDIO_READS.split()))


def policy(statements: Iterable[Statement]) -> str:
    """The text of a policy: a member of a statement in each line, or in several if it is long."""
    wrap = textwrap.TextWrapper(100, " " * 6, " " * 8, break_on_hyphens=False)
    elements = (
        ",\n".join(wrap.fill(f'"{key}": {json.dumps(value)}') for key, value in element.items())
        for element in (statement.element() for statement in statements)
    )
    listed = "\n    },\n    {\n".join(elements)
    return f'{{\n  "Version": "2012-10-17",\n  "Statement": [\n    {{\n{listed}\n    }}\n  ]\n}}\n'
