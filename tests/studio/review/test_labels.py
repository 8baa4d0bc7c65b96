"""The names of resources and types."""

import pytest

from studio.review.labels import noun, title
from studio.terraform.plan import Change
from tests.studio.review.plans import change


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        (change("aws_vpc", cidr_block="10.20.0.0/16"), "VPC 10.20.0.0/16"),
        (
            change("aws_vpc_endpoint", service_name="com.amazonaws.us-east-1.ecr.api"),
            "endpoint ecr.api",
        ),
        (
            change("aws_vpc_endpoint", service_name="aws.sagemaker.us-east-1.studio"),
            "endpoint studio",
        ),
        (
            change(
                "aws_vpc_security_group_egress_rule",
                "user-alice_apps_nfs_out_6710AEC7",
                description="NFS: home directories on EFS",
            ),
            "outbound rule user-alice_apps_nfs_out (NFS: home directories on EFS)",
        ),
        (
            change("aws_vpc_security_group_ingress_rule", "endpoints_group_https_in_9C90B747"),
            "inbound rule endpoints_group_https_in",
        ),
        (
            change("aws_iam_role_policy", "user-alice_own_C19D8895", name="own"),
            "inline policy user-alice_own",
        ),
        (change("aws_route_table", "network_routes_1_AB1BA0AD"), "route table network_routes_1"),
        (change("aws_iam_role", "role_0DE6974C", name="studio-domain"), "role studio-domain"),
    ],
)
def test_a_title_has_a_noun_and_a_name(resource: Change, named: str) -> None:
    assert title(resource) == named


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("aws_vpc", "VPC"),
        ("aws_flow_log", "flow log"),
        ("aws_ecr_lifecycle_policy", "lifecycle policy"),
    ],
)
def test_a_noun_ends_without_a_preposition(type_: str, expected: str) -> None:
    assert noun(type_) == expected
