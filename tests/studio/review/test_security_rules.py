"""The security rules."""

import pytest

from studio.terraform.plan import Action, Change
from tests.studio.review.plans import change, reviewed


@pytest.mark.parametrize(
    ("offence", "name"),
    [
        (change("aws_internet_gateway"), "No gateway"),
        (change("aws_nat_gateway"), "No gateway"),
        (change("aws_route", destination_cidr_block="0.0.0.0/0"), "No route"),
        (change("aws_route_table", route=[{"ipv6_cidr_block": "::/0"}]), "No route"),
        (change("aws_vpc_security_group_ingress_rule", cidr_ipv4="0.0.0.0/0"), "security group"),
        (change("aws_vpc_security_group_ingress_rule", cidr_ipv6="::/0"), "security group"),
        (change("aws_security_group", ingress=[{"cidr_blocks": ["0.0.0.0/0"]}]), "security group"),
        (
            change("aws_security_group_rule", type="ingress", cidr_blocks=["0.0.0.0/0"]),
            "security group",
        ),
        (change("aws_sagemaker_domain", app_network_access_type="PublicInternetOnly"), "VpcOnly"),
        (change("aws_subnet", map_public_ip_on_launch=True), "public addresses"),
        (change("aws_efs_file_system", encrypted=False), "encrypted"),
        (change("aws_kms_key", enable_key_rotation=False), "rotated"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.type,
)
def test_a_resource_that_breaks_a_rule_is_an_error(offence: Change, name: str) -> None:
    review = reviewed(offence)
    assert review.exit_code == 1
    (broken,) = review.broken_rules
    assert name in broken.name
    assert broken.broken_by == (offence,)


@pytest.mark.parametrize(
    "harmless",
    [
        change("aws_security_group_rule", type="egress", cidr_blocks=["0.0.0.0/0"]),
        change("aws_vpc_security_group_ingress_rule", cidr_ipv4="10.20.0.0/16"),
        change("aws_internet_gateway", action=Action.DESTROY),
    ],
    ids=lambda value: value.type,
)
def test_a_resource_that_breaks_no_rule_is_safe(harmless: Change) -> None:
    assert reviewed(harmless).exit_code == 0
