"""The calls of AWS that Terraform's provider makes for each type that modules and stacks use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from settings.paths import PROJECT


@dataclass(frozen=True, kw_only=True)
class Access:
    """The calls of the AWS provider for a type. read: to refresh. write: to change or destroy."""

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()


def access(prefix: str, read: str = "", write: str = "") -> Access:
    return Access(
        read=tuple(f"{prefix}:{name}" for name in read.split()),
        write=tuple(f"{prefix}:{name}" for name in write.split()),
    )


def tagged(kind: str) -> Access:
    """A type of SageMaker whose tags Terraform manages."""
    return access(
        "sagemaker",
        f"Describe{kind} ListTags",
        f"Create{kind} Update{kind} Delete{kind} AddTags DeleteTags",
    )


TYPES: Mapping[str, Access] = {
    "data_aws_availability_zones": access("ec2", "DescribeAvailabilityZones"),
    "data_aws_caller_identity": Access(),
    "data_aws_ecr_image": access("ecr", "DescribeImages"),
    "data_aws_ecr_repository": access("ecr", "DescribeRepositories ListTagsForResource"),
    "data_aws_partition": Access(),
    "data_aws_prefix_list": access("ec2", "DescribePrefixLists DescribeManagedPrefixLists"),
    "data_aws_subnet": access("ec2", "DescribeSubnets"),
    "data_aws_vpc": access("ec2", "DescribeVpcs DescribeVpcAttribute DescribeRouteTables"),
    "data_aws_vpc_endpoint_service": access("ec2", "DescribeVpcEndpointServices"),
    "cloudwatch_log_group": access(
        "logs",
        "DescribeLogGroups ListTagsForResource",
        "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy AssociateKmsKey "
        "DisassociateKmsKey TagResource UntagResource",
    ),
    "default_security_group": access(
        "ec2",
        "DescribeSecurityGroups DescribeSecurityGroupRules",
        "RevokeSecurityGroupIngress RevokeSecurityGroupEgress",
    ),
    "ecr_lifecycle_policy": access(
        "ecr", "GetLifecyclePolicy", "PutLifecyclePolicy DeleteLifecyclePolicy"
    ),
    "ecr_repository": access(
        "ecr",
        "DescribeRepositories ListTagsForResource",
        "CreateRepository DeleteRepository PutImageTagMutability PutImageScanningConfiguration "
        "TagResource UntagResource",
    ),
    "flow_log": access("ec2", "DescribeFlowLogs", "CreateFlowLogs DeleteFlowLogs"),
    "iam_policy": access(
        "iam",
        "GetPolicy GetPolicyVersion ListPolicyVersions ListPolicyTags",
        "CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion TagPolicy UntagPolicy",
    ),
    "iam_role": access(
        "iam",
        "GetRole ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole "
        "ListRoleTags",
        "CreateRole DeleteRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy "
        "PutRolePermissionsBoundary DeleteRolePermissionsBoundary TagRole UntagRole",
    ),
    "iam_role_policy": access("iam", "GetRolePolicy", "PutRolePolicy DeleteRolePolicy"),
    "iam_role_policy_attachment": access(
        "iam", "ListAttachedRolePolicies", "AttachRolePolicy DetachRolePolicy"
    ),
    "kms_alias": access("kms", "ListAliases", "CreateAlias DeleteAlias UpdateAlias"),
    "kms_key": access(
        "kms",
        "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags",
        "CreateKey PutKeyPolicy EnableKeyRotation DisableKeyRotation UpdateKeyDescription "
        "ScheduleKeyDeletion CreateGrant TagResource UntagResource",
    ),
    "route_table": access(
        "ec2", "DescribeRouteTables", "CreateRouteTable DeleteRouteTable CreateRoute DeleteRoute"
    ),
    "route_table_association": access(
        "ec2",
        "DescribeRouteTables",
        "AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation",
    ),
    "sagemaker_app_image_config": tagged("AppImageConfig"),
    "sagemaker_domain": tagged("Domain"),
    "sagemaker_image": tagged("Image"),
    "sagemaker_image_version": access(
        "sagemaker", "DescribeImageVersion", "CreateImageVersion DeleteImageVersion"
    ),
    "sagemaker_space": tagged("Space"),
    "sagemaker_studio_lifecycle_config": access(
        "sagemaker",
        "DescribeStudioLifecycleConfig ListTags",
        "CreateStudioLifecycleConfig DeleteStudioLifecycleConfig AddTags DeleteTags",
    ),
    "sagemaker_user_profile": tagged("UserProfile"),
    "security_group": access(
        "ec2",
        "DescribeSecurityGroups DescribeNetworkInterfaces",
        "CreateSecurityGroup DeleteSecurityGroup RevokeSecurityGroupEgress",
    ),
    "subnet": access("ec2", "DescribeSubnets", "CreateSubnet DeleteSubnet ModifySubnetAttribute"),
    "vpc": access(
        "ec2",
        "DescribeVpcs DescribeVpcAttribute DescribeNetworkAcls DescribeRouteTables "
        "DescribeSecurityGroups",
        "CreateVpc DeleteVpc ModifyVpcAttribute",
    ),
    "vpc_endpoint": access(
        "ec2",
        "DescribeVpcEndpoints DescribePrefixLists DescribeNetworkInterfaces",
        "CreateVpcEndpoint ModifyVpcEndpoint DeleteVpcEndpoints",
    ),
    "vpc_security_group_egress_rule": access(
        "ec2",
        "DescribeSecurityGroupRules",
        "AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress ModifySecurityGroupRules",
    ),
    "vpc_security_group_ingress_rule": access(
        "ec2",
        "DescribeSecurityGroupRules",
        "AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress ModifySecurityGroupRules",
    ),
}
"""By module of the provider's bindings. Source: hashicorp/terraform-provider-aws, internal/."""


def used_types() -> frozenset[str]:
    """The types of the resources and data sources in modules and stacks."""
    return frozenset(
        name
        for folder in ("modules", "stacks")
        for path in (PROJECT / folder).glob("*.py")
        for name in re.findall(
            r"^from cdktf_cdktf_provider_aws\.(\w+) import", path.read_text(), re.MULTILINE
        )
    ) - {"provider"}


def reads() -> set[str]:
    """The calls that refresh the used types."""
    return {action for name in used_types() for action in TYPES[name].read}


def writes(service: str) -> set[str]:
    """The calls of a service that create, change or destroy the used types."""
    return {
        action
        for name in used_types()
        for action in TYPES[name].write
        if action.startswith(f"{service}:")
    }
