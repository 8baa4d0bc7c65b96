"""The policies of a pipeline's roles, as JSON: for `studio plan`, `studio apply`, `studio down`.

They follow from the resource types of the modules and the calls in studio/.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from catalog.names import DEPLOYMENT_TAG, HOME_OWNER_TAG, SSH_RESOURCE_TAG
from catalog.permissions.iam import Account, Conditions, Statement
from settings.paths import PROJECT
from tools.provider_calls import access, reads, writes

FOLDER = PROJECT / "examples" / "pipeline-roles"
SAMPLE = Account(partition="aws", region="REGION", id="ACCOUNT")
_NAME, _BUCKET, _PREFIX = "NAME", "STATE_BUCKET", "STATE_PREFIX"
_STATE = (SAMPLE.bucket_arn(_BUCKET), SAMPLE.bucket_arn(_BUCKET, f"{_PREFIX}/*"))
_TRUSTED = ("sagemaker.amazonaws.com", "vpc-flow-logs.amazonaws.com")
_TAG = f"aws:ResourceTag/{DEPLOYMENT_TAG}"
_OWN = {"StringEquals": {_TAG: _NAME}}
_NEW = {"StringEquals": {f"aws:RequestTag/{DEPLOYMENT_TAG}": _NAME}}


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
    "ecr": SAMPLE.arns("ecr", f"repository/{_NAME}/*"),
    "iam": tuple(f"arn:aws:iam::ACCOUNT:{kind}/{_NAME}-*" for kind in ("policy", "role")),
    "logs": SAMPLE.arns("logs", f"log-group:/aws/vpc-flow-logs/{_NAME}-*"),
    "sagemaker": SAMPLE.arns(
        "sagemaker",
        *(
            f"{kind}/{_NAME}-*"
            for kind in ("app-image-config", "image", "image-version", "studio-lifecycle-config")
        ),
    ),
}
"""The resources with the deployment's name, by service."""


def plan_statements() -> tuple[Statement, ...]:
    """The permissions for `studio plan` and `studio review`."""
    return (
        _allow("Refresh", "Most of these calls have no resource in IAM.", _reads()),
        _allow("ListState", "To find stacks, locks and workspaces.", "s3:ListBucket", _STATE[:1]),
        _allow(
            "ExamineStateBucket",
            "To check that the bucket is versioned, encrypted and not public.",
            "s3:GetBucketLocation GetBucketPolicy GetBucketPublicAccessBlock GetBucketVersioning "
            "GetEncryptionConfiguration",
            _STATE[:1],
        ),
        _allow("ReadState", "A plan takes no lock.", "s3:GetObject", _STATE[1:]),
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
    return _allow(f"{verb}EncryptedState", why, action, conditions=conditions)


def apply_statements() -> tuple[Statement, ...]:
    """The additional permissions for `studio apply`, without those of ``network_statements``."""
    apps = SAMPLE.arns("sagemaker", "app/*")
    return (
        _allow("WriteState", "The state, locks, marks.", "s3:DeleteObject PutObject", _STATE[1:]),
        _of_state_key("Write", "kms:GenerateDataKey"),
        _allow(
            "KeyBucket",
            "SageMaker's default bucket, for the public keys of users with ssh-helper.",
            "s3:CreateBucket ListBucket",
            (SAMPLE.bucket_arn(SAMPLE.sagemaker_bucket),),
        ),
        *_domain(),
        *(
            _allow(
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
        _allow("DeleteApps", "The domain's id is unknown.", "sagemaker:DeleteApp", apps),
        _allow(
            "DeleteNodes",
            "The nodes of SageMaker's apps, which AWS bills by the hour.",
            "ssm:DeregisterManagedInstance",
            SAMPLE.arns("ssm", "managed-instance/mi-*"),
            {"StringLike": {f"ssm:resourceTag/{SSH_RESOURCE_TAG}": apps}},
        ),
        _allow(
            "FirstDomain",
            "The first domain of an account creates SageMaker's service-linked role.",
            "iam:CreateServiceLinkedRole",
            (SAMPLE.role_arn("aws-service-role/sagemaker.amazonaws.com/*"),),
            {"StringEquals": {"iam:AWSServiceName": "sagemaker.amazonaws.com"}},
        ),
        _allow("LogInToEcr", "The token for every push.", "ecr:GetAuthorizationToken"),
        _allow(
            "PassRoles",
            "The roles of users, images and flow logs.",
            "iam:PassRole",
            (SAMPLE.role_arn(f"{_NAME}-*"),),
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
    own_or_none = {"StringEqualsIfExists": {_TAG: _NAME}}
    update = "sagemaker:UpdateSpace UpdateUserProfile"
    return (
        _allow("CreateInDomain", "SageMaker does not check the domain.", create, every, _NEW),
        _allow("TagInDomain", "As a part of the creation.", "sagemaker:AddTags", every, creating),
        _allow("OwnDomain", "What Terraform created.", change, every, _OWN),
        _allow("UpdatePeople", "studio updates untagged ones, too.", update, people, own_or_none),
    )


def network_statements() -> tuple[Statement, ...]:
    """The additional permissions for `studio apply`: EC2 and KMS.

    EC2 checks each resource of a request: the new one, which has the tag in the request, and its
    VPC, subnets and groups.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    """

    def arns(*kinds: str) -> tuple[str, ...]:
        return SAMPLE.arns("ec2", *(f"{kind}/*" for kind in kinds))

    unused = f"{_NAME}-vpc-unused-default"
    revoke = {"ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"}
    apart = {*revoke, "ec2:CreateSecurityGroup", "ec2:CreateVpc", "ec2:DisassociateRouteTable"}
    change = {*writes("ec2"), "ec2:CreateTags", "ec2:DeleteTags"} - apart
    in_vpc = "ec2:CreateRouteTable CreateSecurityGroup CreateSubnet"
    for_vpc = "ec2:CreateFlowLogs CreateVpcEndpoint"
    in_existing = "ec2:CreateSecurityGroup CreateVpcEndpoint ModifyVpcEndpoint"
    rules = (
        "ec2:AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress ModifySecurityGroupRules"
    )
    # S3's prefix list belongs to the account "aws".
    of_rules = (*arns("security-group-rule"), replace(SAMPLE, id="*").arn("ec2", "prefix-list/*"))
    creating = {"StringLike": {"ec2:CreateAction": "Create*"}}
    default: Conditions = {
        "StringEquals": _NEW["StringEquals"] | {"aws:RequestTag/Name": unused},
        "Null": {_TAG: "true"},
    }
    but_name: Conditions = {
        "ForAllValues:StringNotEqualsIgnoreCase": {"aws:TagKeys": ("Name", DEPLOYMENT_TAG)},
        "Null": {"aws:TagKeys": "false"},
    }
    return (
        _allow("CreateVpc", "New.", "ec2:CreateVpc", arns("vpc"), _NEW),
        _allow(
            "CreateInVpc", "New.", in_vpc, arns("route-table", "security-group", "subnet"), _NEW
        ),
        _allow("CreateForVpc", "New.", for_vpc, arns("vpc-endpoint", "vpc-flow-log"), _NEW),
        _allow("TagNew", "As a part of the creation.", "ec2:CreateTags", conditions=creating),
        _allow("ExistingVpc", "It has no tag.", in_existing, arns("subnet", "vpc")),
        _allow(
            "OwnNetwork",
            "Not the default groups, as DefaultGroup can put the tag on any untagged group.",
            " ".join(change),
            conditions=_OWN | {"StringNotEquals": {"aws:ResourceTag/Name": unused}},
        ),
        _allow("Rules", "EC2 also requires the group, by OwnNetwork.", rules, of_rules),
        _allow("RevokeRules", "Of default groups, too.", " ".join(revoke), conditions=_OWN),
        _allow("TagRules", "Terraform tags existing rules.", "ec2:CreateTags", of_rules[:1], _NEW),
        _allow(
            "DefaultGroup",
            "AWS creates the default group of a VPC without tags.",
            "ec2:CreateTags",
            arns("security-group"),
            default,
        ),
        _allow(
            "RetagDefaultGroup",
            "Its other tags.",
            "ec2:CreateTags DeleteTags",
            arns("security-group"),
            {**_OWN, **but_name},
        ),
        _allow(
            "WithoutTag",
            "An association of a route table; the private DNS name of an endpoint.",
            "ec2:DisassociateRouteTable route53:AssociateVPCWithHostedZone",
        ),
        *_keys(),
    )


def _keys() -> tuple[Statement, ...]:
    """KMS, which applies a new tag after up to five minutes: too late for NewKeys.

    TagNewKeys: KMS requires TagResource to create a key with tags, for all keys.

    https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
    https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
    """
    new = "kms:CreateAlias DeleteAlias EnableKeyRotation UpdateAlias"
    own = writes("kms") - {"kms:CreateGrant", "kms:CreateKey", *_allow("", "", new).actions}
    by_services = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    arns = SAMPLE.arns("kms", f"alias/{_NAME}-*", "key/*")
    return (
        _allow("CreateKeys", "New.", "kms:CreateKey", conditions=_NEW),
        _allow("TagNewKeys", "As above.", "kms:TagResource", conditions={"Null": {_TAG: "true"}}),
        _allow("NewKeys", "The alias has the deployment's name.", new, arns),
        _allow("OwnKeys", "Later changes.", " ".join(own), conditions=_OWN),
        _allow("Grants", "SageMaker's, of any key.", "kms:CreateGrant", conditions=by_services),
    )


def _allow(
    sid: str,
    why: str,
    actions: str,
    resources: tuple[str, ...] = ("*",),
    conditions: Conditions | None = None,
) -> Statement:
    """A statement. actions: as in ``ec2:CreateVpc DeleteVpc route53:GetChange``."""
    service = actions.partition(":")[0]
    full = (name if ":" in name else f"{service}:{name}" for name in actions.split())
    return Statement(
        sid=sid, why=why, actions=tuple(full), resources=resources, conditions=conditions or {}
    )


def down_statements() -> tuple[Statement, ...]:
    """The additional permissions for `studio down`, which also needs those of `studio apply`."""
    homes = f"aws:ResourceTag/{HOME_OWNER_TAG}"
    return (
        _allow(
            "FindWhatPeopleHave",
            "Home directories and activations, which are in no Terraform state.",
            "elasticfilesystem:DescribeMountTargets ssm:DescribeActivations",
        ),
        _allow(
            "DeletePeople",
            "People create spaces and profiles without the deployment's tag.",
            "sagemaker:DeleteSpace DeleteUserProfile",
            SAMPLE.arns("sagemaker", "space/*", "user-profile/*"),
        ),
        _allow(
            "DeleteHomes",
            "The file systems that SageMaker created for its domains.",
            "elasticfilesystem:DeleteFileSystem DeleteMountTarget",
            SAMPLE.arns("elasticfilesystem", "file-system/*"),
            {"StringLike": {homes: SAMPLE.arns("sagemaker", "domain/*")[0]}},
        ),
        _allow(
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
