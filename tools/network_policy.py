"""The policy of a pipeline's role for the network and the keys: by tag, as EC2 and KMS check it."""

from dataclasses import replace

from catalog.names import DEPLOYMENT_TAG
from catalog.permissions.iam import Conditions, Statement
from tools.provider_calls import writes
from tools.sample_statements import NAME, NEW, OWN, SAMPLE, TAG, allow


def network_statements() -> tuple[Statement, ...]:
    """The additional permissions for `studio apply`: EC2 and KMS.

    EC2 checks each resource of a request: the new one, which has the tag in the request, and its
    VPC, subnets and groups.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    """

    def arns(*kinds: str) -> tuple[str, ...]:
        return SAMPLE.arns("ec2", *(f"{kind}/*" for kind in kinds))

    unused = f"{NAME}-vpc-unused-default"
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
        "StringEquals": NEW["StringEquals"] | {"aws:RequestTag/Name": unused},
        "Null": {TAG: "true"},
    }
    but_name: Conditions = {
        "ForAllValues:StringNotEqualsIgnoreCase": {"aws:TagKeys": ("Name", DEPLOYMENT_TAG)},
        "Null": {"aws:TagKeys": "false"},
    }
    return (
        allow("CreateVpc", "New.", "ec2:CreateVpc", arns("vpc"), NEW),
        allow("CreateInVpc", "New.", in_vpc, arns("route-table", "security-group", "subnet"), NEW),
        allow("CreateForVpc", "New.", for_vpc, arns("vpc-endpoint", "vpc-flow-log"), NEW),
        allow("TagNew", "As a part of the creation.", "ec2:CreateTags", conditions=creating),
        allow("ExistingVpc", "It has no tag.", in_existing, arns("subnet", "vpc")),
        allow(
            "OwnNetwork",
            "Not the default groups, as DefaultGroup can put the tag on any untagged group.",
            " ".join(change),
            conditions=OWN | {"StringNotEquals": {"aws:ResourceTag/Name": unused}},
        ),
        allow("Rules", "EC2 also requires the group, by OwnNetwork.", rules, of_rules),
        allow("RevokeRules", "Of default groups, too.", " ".join(revoke), conditions=OWN),
        allow("TagRules", "Terraform tags existing rules.", "ec2:CreateTags", of_rules[:1], NEW),
        allow(
            "DefaultGroup",
            "AWS creates the default group of a VPC without tags.",
            "ec2:CreateTags",
            arns("security-group"),
            default,
        ),
        allow(
            "RetagDefaultGroup",
            "Its other tags.",
            "ec2:CreateTags DeleteTags",
            arns("security-group"),
            {**OWN, **but_name},
        ),
        allow(
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
    own = writes("kms") - {"kms:CreateGrant", "kms:CreateKey", *allow("", "", new).actions}
    by_services = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    arns = SAMPLE.arns("kms", f"alias/{NAME}-*", "key/*")
    return (
        allow("CreateKeys", "New.", "kms:CreateKey", conditions=NEW),
        allow("TagNewKeys", "As above.", "kms:TagResource", conditions={"Null": {TAG: "true"}}),
        allow("NewKeys", "The alias has the deployment's name.", new, arns),
        allow("OwnKeys", "Later changes.", " ".join(own), conditions=OWN),
        allow("Grants", "SageMaker's, of any key.", "kms:CreateGrant", conditions=by_services),
    )
