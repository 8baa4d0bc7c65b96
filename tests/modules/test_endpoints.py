"""Interface endpoints and the gateway endpoint for S3."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from modules.endpoints import PrivateEndpoints, S3Gateway
from modules.vpc import ZonedSubnet
from settings import Feature
from studio.toolchain.toolbox import Toolbox
from tests.synthesis import ACCOUNT, Template, interfaces, new_stack, once, only, synth

SUBNETS = [ZonedSubnet(id=f"subnet-0{letter}", zone=f"us-east-1{letter}") for letter in "ab"]


@once
def endpoints(features: tuple[Feature, ...] = tuple(Feature), **arguments: Any) -> Template:
    stack = new_stack()
    PrivateEndpoints(
        stack,
        "endpoints",
        features=features,
        vpc_id="vpc-0a",
        subnets=SUBNETS,
        security_group_id="sg-0a",
        account=ACCOUNT,
        name="lab",
        **arguments,
    )
    return synth(stack)


def test_another_feature_does_not_change_the_other_endpoints() -> None:
    few = endpoints(features=(Feature.CONNECT,))["resource"]["aws_vpc_endpoint"]
    assert few.items() < endpoints()["resource"]["aws_vpc_endpoint"].items()


def test_endpoints_have_private_dns_and_their_security_group() -> None:
    for endpoint in interfaces(endpoints()).values():
        assert endpoint["vpc_id"] == "vpc-0a"
        assert endpoint["private_dns_enabled"] is True
        assert endpoint["security_group_ids"] == ["sg-0a"]


def test_an_endpoint_is_in_the_zones_that_offer_its_service() -> None:
    template = endpoints()
    offers = {
        f"data.aws_vpc_endpoint_service.{address}.availability_zones": offer["service_name"]
        for address, offer in template["data"]["aws_vpc_endpoint_service"].items()
    }
    for name, endpoint in interfaces(template).items():
        used = [offer for offer in offers if offer in endpoint["subnet_ids"]]
        assert [offers[offer] for offer in used] == [name]
    kinds = {
        offer["service_type"] for offer in template["data"]["aws_vpc_endpoint_service"].values()
    }
    assert kinds == {"Interface"}


def test_a_plan_fails_if_no_zone_of_the_subnets_offers_an_endpoint() -> None:
    for limit in ({}, {"most_zones": 1}):
        for name, endpoint in interfaces(endpoints(**limit)).items():
            (check,) = endpoint["lifecycle"]["precondition"]
            chosen = endpoint["subnet_ids"][2:-1]
            assert check["condition"] == f"${{length({chosen}) > 0}}"
            found = f"{name} is not offered in any zone of the subnets."
            assert check["error_message"] == found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("offered", "most_zones", "used", "planned"),
    [
        ("ab", None, "ab", True),
        ("ab", 1, "a", True),
        ("bc", None, "b", True),
        ("bc", 2, "b", True),
        ("c", None, "", False),
        ("c", 1, "", False),
    ],
)
def test_terraform_chooses_the_subnets_in_zones_that_offer_the_service(
    tmp_path: Path, offered: str, most_zones: int | None, used: str, planned: bool
) -> None:
    template = endpoints(most_zones=most_zones)
    (tmp_path / "main.tf.json").write_text(json.dumps({"locals": template["locals"]}))
    endpoint = interfaces(template)["com.amazonaws.us-east-1.ssm"]
    (check,) = endpoint["lifecycle"]["precondition"]
    words = f"jsonencode([{endpoint['subnet_ids'][2:-1]}, {check['condition'][2:-1]}])"
    zones = json.dumps([f"us-east-1{zone}" for zone in offered])
    expression = re.sub(r"data\.[\w.-]+\.availability_zones", zones, words)
    command = [Toolbox.load().terraform, "console"]
    printed = subprocess.check_output(command, input=expression, cwd=tmp_path, text=True)
    assert json.loads(json.loads(printed)) == [[f"subnet-0{zone}" for zone in used], planned]


def test_endpoints_deny_credentials_of_other_accounts() -> None:
    documents = [json.loads(v) for v in endpoints()["locals"].values() if isinstance(v, str)]
    (statement,) = documents[0]["Statement"]
    assert statement["Condition"] == {
        "StringEqualsIfExists": {"aws:PrincipalAccount": "123456789012"}
    }


def test_studio_and_systems_manager_keep_the_default_policy() -> None:
    """Native remote access most likely uses a node of another account."""
    found = interfaces(endpoints())
    assert {name for name, endpoint in found.items() if "policy" not in endpoint} == {
        "aws.sagemaker.us-east-1.studio",
        "com.amazonaws.us-east-1.ssm",
        "com.amazonaws.us-east-1.ssmmessages",
        "com.amazonaws.us-east-1.ec2messages",
    }


def test_an_endpoint_has_a_policy_only_if_its_service_supports_it() -> None:
    for endpoint in interfaces(endpoints()).values():
        if "policy" in endpoint:
            assert ".vpc_endpoint_policy_supported ? local." in endpoint["policy"]
            assert endpoint["policy"].endswith(" : null}")


@pytest.fixture(scope="module")
def gateway() -> dict[str, Any]:
    stack, tables = new_stack(), ["rtb-0a", "rtb-0b"]
    S3Gateway(stack, "s3", vpc_id="vpc-0a", route_table_ids=tables, account=ACCOUNT, name="lab")
    return only(synth(stack), "aws_vpc_endpoint")


def test_s3_is_on_every_route_table(gateway: dict[str, Any]) -> None:
    assert (gateway["vpc_endpoint_type"], gateway["vpc_id"]) == ("Gateway", "vpc-0a")
    assert gateway["service_name"] == "com.amazonaws.us-east-1.s3"
    assert gateway["route_table_ids"] == ["rtb-0a", "rtb-0b"]


def test_other_accounts_can_only_read_objects(gateway: dict[str, Any]) -> None:
    statements = json.loads(gateway["policy"])["Statement"]
    assert {one["Resource"] for one in statements} == {"*"}
    unconditional = [one["Action"] for one in statements if "Condition" not in one]
    assert unconditional == ["s3:GetObject"]
    conditions = [one["Condition"] for one in statements if "Condition" in one]
    assert {"StringEquals": {"aws:PrincipalAccount": "123456789012"}} in conditions
    assert {"Bool": {"aws:PrincipalIsAWSService": "true"}} in conditions
    assert len(conditions) == 2
