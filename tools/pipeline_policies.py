"""The policies of a pipeline's roles, as JSON: for `studio plan`, `studio apply`, `studio down`.

They follow from the resource types of the modules and the calls in studio/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from catalog.names import DEPLOYMENT_TAG, HOME_OWNER_TAG, SSH_RESOURCE_TAG
from catalog.permissions.iam import Account, Statement

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "examples" / "pipeline-roles"
SAMPLE = Account(partition="aws", region="REGION", id="ACCOUNT")
_NAME, _BUCKET, _PREFIX = "NAME", "STATE_BUCKET", "STATE_PREFIX"
_TAG = f"aws:ResourceTag/{DEPLOYMENT_TAG}"


@dataclass(frozen=True, kw_only=True)
class Access:
    """The calls of the AWS provider for a type. read: to refresh. write: to change or destroy."""

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()


def _access(prefix: str, read: str = "", write: str = "") -> Access:
    return Access(
        read=tuple(f"{prefix}:{name}" for name in read.split()),
        write=tuple(f"{prefix}:{name}" for name in write.split()),
    )


TYPES: Mapping[str, Access] = {
    "data_aws_availability_zones": _access("ec2", "DescribeAvailabilityZones"),
    "data_aws_caller_identity": Access(),
    "data_aws_ecr_image": _access("ecr", "DescribeImages"),
    "data_aws_ecr_repository": _access("ecr", "DescribeRepositories ListTagsForResource"),
    "data_aws_partition": Access(),
    "data_aws_prefix_list": _access("ec2", "DescribePrefixLists DescribeManagedPrefixLists"),
    "data_aws_subnet": _access("ec2", "DescribeSubnets"),
    "data_aws_vpc": _access("ec2", "DescribeVpcs DescribeVpcAttribute DescribeRouteTables"),
    "data_aws_vpc_endpoint_service": _access("ec2", "DescribeVpcEndpointServices"),
    "cloudwatch_log_group": _access(
        "logs",
        "DescribeLogGroups ListTagsForResource",
        "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy AssociateKmsKey "
        "DisassociateKmsKey TagResource UntagResource",
    ),
    "default_security_group": _access(
        "ec2",
        "DescribeSecurityGroups DescribeSecurityGroupRules",
        "RevokeSecurityGroupIngress RevokeSecurityGroupEgress",
    ),
    "ecr_lifecycle_policy": _access(
        "ecr", "GetLifecyclePolicy", "PutLifecyclePolicy DeleteLifecyclePolicy"
    ),
    "ecr_repository": _access(
        "ecr",
        "DescribeRepositories ListTagsForResource",
        "CreateRepository DeleteRepository PutImageTagMutability PutImageScanningConfiguration "
        "TagResource UntagResource",
    ),
    "flow_log": _access("ec2", "DescribeFlowLogs", "CreateFlowLogs DeleteFlowLogs"),
    "iam_policy": _access(
        "iam",
        "GetPolicy GetPolicyVersion ListPolicyVersions ListPolicyTags",
        "CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion TagPolicy UntagPolicy",
    ),
    "iam_role": _access(
        "iam",
        "GetRole ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole "
        "ListRoleTags",
        "CreateRole DeleteRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy "
        "PutRolePermissionsBoundary DeleteRolePermissionsBoundary TagRole UntagRole",
    ),
    "iam_role_policy": _access("iam", "GetRolePolicy", "PutRolePolicy DeleteRolePolicy"),
    "iam_role_policy_attachment": _access(
        "iam", "ListAttachedRolePolicies", "AttachRolePolicy DetachRolePolicy"
    ),
    "kms_alias": _access("kms", "ListAliases", "CreateAlias DeleteAlias UpdateAlias"),
    "kms_key": _access(
        "kms",
        "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags",
        "CreateKey PutKeyPolicy EnableKeyRotation DisableKeyRotation UpdateKeyDescription "
        "ScheduleKeyDeletion CreateGrant TagResource UntagResource",
    ),
    "route_table": _access(
        "ec2", "DescribeRouteTables", "CreateRouteTable DeleteRouteTable CreateRoute DeleteRoute"
    ),
    "route_table_association": _access(
        "ec2",
        "DescribeRouteTables",
        "AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation",
    ),
    "sagemaker_app_image_config": _access(
        "sagemaker",
        "DescribeAppImageConfig ListTags",
        "CreateAppImageConfig UpdateAppImageConfig DeleteAppImageConfig AddTags DeleteTags",
    ),
    "sagemaker_domain": _access(
        "sagemaker",
        "DescribeDomain ListTags",
        "CreateDomain UpdateDomain DeleteDomain AddTags DeleteTags",
    ),
    "sagemaker_image": _access(
        "sagemaker",
        "DescribeImage ListTags",
        "CreateImage UpdateImage DeleteImage AddTags DeleteTags",
    ),
    "sagemaker_image_version": _access(
        "sagemaker", "DescribeImageVersion", "CreateImageVersion DeleteImageVersion"
    ),
    "sagemaker_space": _access(
        "sagemaker",
        "DescribeSpace ListTags",
        "CreateSpace UpdateSpace DeleteSpace AddTags DeleteTags",
    ),
    "sagemaker_studio_lifecycle_config": _access(
        "sagemaker",
        "DescribeStudioLifecycleConfig ListTags",
        "CreateStudioLifecycleConfig DeleteStudioLifecycleConfig AddTags DeleteTags",
    ),
    "sagemaker_user_profile": _access(
        "sagemaker",
        "DescribeUserProfile ListTags",
        "CreateUserProfile UpdateUserProfile DeleteUserProfile AddTags DeleteTags",
    ),
    "security_group": _access(
        "ec2",
        "DescribeSecurityGroups DescribeNetworkInterfaces",
        "CreateSecurityGroup DeleteSecurityGroup RevokeSecurityGroupEgress",
    ),
    "subnet": _access("ec2", "DescribeSubnets", "CreateSubnet DeleteSubnet ModifySubnetAttribute"),
    "vpc": _access(
        "ec2",
        "DescribeVpcs DescribeVpcAttribute DescribeNetworkAcls DescribeRouteTables "
        "DescribeSecurityGroups",
        "CreateVpc DeleteVpc ModifyVpcAttribute",
    ),
    "vpc_endpoint": _access(
        "ec2",
        "DescribeVpcEndpoints DescribePrefixLists DescribeNetworkInterfaces",
        "CreateVpcEndpoint ModifyVpcEndpoint DeleteVpcEndpoints",
    ),
    "vpc_security_group_egress_rule": _access(
        "ec2",
        "DescribeSecurityGroupRules",
        "AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress ModifySecurityGroupRules",
    ),
    "vpc_security_group_ingress_rule": _access(
        "ec2",
        "DescribeSecurityGroupRules",
        "AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress ModifySecurityGroupRules",
    ),
}
"""By module of the provider's bindings. Source: hashicorp/terraform-provider-aws, internal/."""

_STUDIO_READS = (
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNatGateways",
    "ecr:DescribeImageScanFindings",
    "ecr:GetRepositoryPolicy",
    "iam:ListPolicies",
    "kms:ListKeys",
    "sagemaker:DescribeApp",
    "sagemaker:ListApps",
    "sagemaker:ListDomains",
    "sagemaker:ListImageVersions",
    "sagemaker:ListImages",
    "sagemaker:ListSpaces",
    "sagemaker:ListStudioLifecycleConfigs",
    "sagemaker:ListUserProfiles",
    "ssm:DescribeInstanceInformation",
    "ssm:ListTagsForResource",
    "sts:GetCallerIdentity",
)
"""The read calls of studio/."""

_OWN_ONLY = (
    "ec2:DeleteFlowLogs",
    "ec2:DeleteRouteTable",
    "ec2:DeleteSecurityGroup",
    "ec2:DeleteSubnet",
    "ec2:DeleteVpc",
    "ec2:DeleteVpcEndpoints",
)
"""Allowed only for resources with the deployment's tag."""

_TAGS = ("ec2:CreateTags", "ec2:DeleteTags")
_PUSH = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchDeleteImage",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:StartImageScan",
    "ecr:UploadLayerPart",
)
_RESOURCES: Mapping[str, tuple[str, ...]] = {
    "ecr": SAMPLE.arns("ecr", f"repository/{_NAME}/*"),
    "iam": tuple(f"arn:aws:iam::ACCOUNT:{kind}/{_NAME}-*" for kind in ("policy", "role")),
    "logs": SAMPLE.arns("logs", f"log-group:/aws/vpc-flow-logs/{_NAME}*"),
    "sagemaker": SAMPLE.arns(
        "sagemaker",
        f"app-image-config/{_NAME}-*",
        "domain/*",
        f"image-version/{_NAME}-*",
        f"image/{_NAME}-*",
        "space/*",
        f"studio-lifecycle-config/{_NAME}-*",
        "user-profile/*",
    ),
}
"""The resources that `studio apply` changes, by service."""


def plan_statements() -> tuple[Statement, ...]:
    """The permissions for `studio plan` and `studio review`."""
    return (
        Statement(
            sid="Refresh",
            why="Terraform and studio read resources; most calls have no resource in IAM.",
            actions=_reads(),
            resources=("*",),
        ),
        Statement(
            sid="ListState",
            why="studio finds the bucket, stacks and locks; Terraform looks for workspaces.",
            actions=("s3:ListBucket",),
            resources=(SAMPLE.bucket_arn(_BUCKET),),
        ),
        Statement(
            sid="ExamineStateBucket",
            why="To check that the bucket is versioned, encrypted and not public.",
            actions=(
                "s3:GetBucketLocation",
                "s3:GetBucketPolicy",
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketVersioning",
                "s3:GetEncryptionConfiguration",
            ),
            resources=(SAMPLE.bucket_arn(_BUCKET),),
        ),
        Statement(
            sid="ReadState",
            why="The state of each stack; a plan takes no lock.",
            actions=("s3:GetObject",),
            resources=(SAMPLE.bucket_arn(_BUCKET, f"{_PREFIX}/*"),),
        ),
        _of_state_key("Read", "kms:Decrypt"),
    )


def _of_state_key(verb: str, action: str) -> Statement:
    """S3 calls KMS for the state's key.

    It sends the ARN of the object as context, or the ARN of the bucket if it has a bucket key.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    state = (SAMPLE.bucket_arn(_BUCKET), SAMPLE.bucket_arn(_BUCKET, f"{_PREFIX}/*"))
    return Statement(
        sid=f"{verb}EncryptedState",
        why="With any key of state.kms_key, through S3 and for the state only.",
        actions=(action,),
        resources=("*",),
        conditions={
            "StringEquals": {"kms:ViaService": f"s3.{SAMPLE.region}.amazonaws.com"},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": state},
        },
    )


def apply_statements() -> tuple[Statement, ...]:
    """The additional permissions for `studio apply`."""
    apps = SAMPLE.arns("sagemaker", "app/*")
    return (
        Statement(
            sid="WriteState",
            why="The state, the lock, and the marker of an unfinished run.",
            actions=("s3:DeleteObject", "s3:PutObject"),
            resources=(SAMPLE.bucket_arn(_BUCKET, f"{_PREFIX}/*"),),
        ),
        _of_state_key("Write", "kms:GenerateDataKey"),
        Statement(
            sid="KeyBucket",
            why="SageMaker's default bucket, for the public keys of users with ssh-helper.",
            actions=("s3:CreateBucket", "s3:ListBucket"),
            resources=(SAMPLE.bucket_arn(SAMPLE.sagemaker_bucket),),
        ),
        Statement(
            sid="Network",
            why="A new resource has no tag yet for a condition.",
            actions=tuple(sorted({*_writes("ec2"), *_TAGS} - set(_OWN_ONLY))),
            resources=("*",),
        ),
        Statement(
            sid="DeleteNetwork",
            why="Only resources that this deployment created.",
            actions=_OWN_ONLY,
            resources=("*",),
            conditions={"StringEquals": {_TAG: _NAME}},
        ),
        Statement(
            sid="PrivateNames",
            why="The private DNS name of an endpoint.",
            actions=("route53:AssociateVPCWithHostedZone",),
            resources=("*",),
        ),
        Statement(
            sid="Keys",
            why="The id of a new key is unknown; grants allow SageMaker and ECR to encrypt.",
            actions=_writes("kms"),
            resources=("*",),
        ),
        *(
            Statement(
                sid=f"Write{service.capitalize()}",
                why="Resources with the deployment's name, and those of its domain.",
                actions=tuple(sorted({*_writes(service), *(_PUSH if service == "ecr" else ())})),
                resources=resources,
            )
            for service, resources in _RESOURCES.items()
        ),
        Statement(
            sid="DeleteApps",
            why="The apps of the domain, whose id is unknown.",
            actions=("sagemaker:DeleteApp",),
            resources=apps,
        ),
        Statement(
            sid="DeleteNodes",
            why="The nodes of SageMaker's apps, which AWS bills by the hour.",
            actions=("ssm:DeregisterManagedInstance",),
            resources=SAMPLE.arns("ssm", "managed-instance/mi-*"),
            conditions={"StringLike": {f"ssm:resourceTag/{SSH_RESOURCE_TAG}": apps}},
        ),
        Statement(
            sid="FirstDomain",
            why="The first domain of an account creates SageMaker's service-linked role.",
            actions=("iam:CreateServiceLinkedRole",),
            resources=(SAMPLE.role_arn("aws-service-role/sagemaker.amazonaws.com/*"),),
            conditions={"StringEquals": {"iam:AWSServiceName": "sagemaker.amazonaws.com"}},
        ),
        Statement(
            sid="LogInToEcr",
            why="The token for every push; this call has no resource in IAM.",
            actions=("ecr:GetAuthorizationToken",),
            resources=("*",),
        ),
        Statement(
            sid="PassRoles",
            why="The roles of users, images and flow logs.",
            actions=("iam:PassRole",),
            resources=(SAMPLE.role_arn(f"{_NAME}-*"),),
            conditions={
                "StringEquals": {
                    "iam:PassedToService": (
                        "sagemaker.amazonaws.com",
                        "vpc-flow-logs.amazonaws.com",
                    )
                }
            },
        ),
    )


def down_statements() -> tuple[Statement, ...]:
    """The additional permissions for `studio down`, which also needs those of `studio apply`."""
    homes = f"aws:ResourceTag/{HOME_OWNER_TAG}"
    return (
        Statement(
            sid="FindWhatPeopleHave",
            why="Home directories and activations, which are in no Terraform state.",
            actions=(
                "elasticfilesystem:DescribeFileSystems",
                "elasticfilesystem:DescribeMountTargets",
                "ssm:DescribeActivations",
            ),
            resources=("*",),
        ),
        Statement(
            sid="DeleteHomes",
            why="The file systems that SageMaker created for its domains.",
            actions=(
                "elasticfilesystem:DeleteFileSystem",
                "elasticfilesystem:DeleteMountTarget",
            ),
            resources=SAMPLE.arns("elasticfilesystem", "file-system/*"),
            conditions={"StringLike": {homes: SAMPLE.arns("sagemaker", "domain/*")[0]}},
        ),
        Statement(
            sid="DeleteWhatHasNoTag",
            why="Interfaces of mount targets, SageMaker's NFS groups, activations: AWS tags none.",
            actions=(
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteSecurityGroup",
                "ssm:DeleteActivation",
                "ssm:DeregisterManagedInstance",
            ),
            resources=("*",),
        ),
    )


def plan_policy() -> str:
    """The text of plan.json."""
    return _policy(plan_statements())


def apply_policy() -> str:
    """The text of apply.json."""
    return _policy(apply_statements())


def down_policy() -> str:
    """The text of down.json."""
    return _policy(down_statements())


def used_types(project: Path = PROJECT) -> frozenset[str]:
    """The types of the resources and data sources in modules and stacks."""
    return frozenset(
        name
        for folder in ("modules", "stacks")
        for path in (project / folder).glob("*.py")
        for name in re.findall(
            r"^from cdktf_cdktf_provider_aws\.(\w+) import", path.read_text(), re.MULTILINE
        )
    ) - {"provider"}


def _reads() -> tuple[str, ...]:
    return _sorted(action for name in used_types() for action in TYPES[name].read) + _STUDIO_READS


def _writes(service: str) -> tuple[str, ...]:
    return _sorted(
        action
        for name in used_types()
        for action in TYPES[name].write
        if action.startswith(f"{service}:")
    )


def _sorted(actions: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(actions)))


def _policy(statements: Iterable[Statement]) -> str:
    document = {"Version": "2012-10-17", "Statement": [one.element() for one in statements]}
    return json.dumps(document, indent=2) + "\n"
