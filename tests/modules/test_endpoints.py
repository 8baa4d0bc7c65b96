"""Interface endpoints and the gateway endpoint for S3."""

import itertools
import json
from typing import Any

import pytest
from cdktf import TerraformStack, Testing
from cdktf_cdktf_provider_aws.provider import AwsProvider

from catalog.endpoint_services import service_name, services
from catalog.permissions.iam import Account
from modules.endpoints import PrivateEndpoints, S3Gateway
from modules.vpc import ZonedSubnet
from settings import Feature
from stacks.network import NetworkStack
from tests.fixtures import SettingsBuilder, Synth

Template = dict[str, Any]

ALWAYS = {
    "com.amazonaws.us-east-1.sagemaker.api",
    "com.amazonaws.us-east-1.sagemaker.runtime",
    "aws.sagemaker.us-east-1.studio",
}
NEEDS: dict[str, set[str]] = {
    "connect": {"ssm", "ssmmessages", "sts", "logs"},
    "jobs": {"sts", "logs", "ecr.api", "ecr.dkr"},
    "inference": set(),
    "projects": {"servicecatalog"},
    "packages": {"codeartifact.api", "codeartifact.repositories"},
    "git": {"git-codecommit"},
    "encryption": {"kms"},
    "legacy-agent": {"ec2messages"},
}
COMBINATIONS = [
    combination
    for size in range(len(NEEDS) + 1)
    for combination in itertools.combinations(NEEDS, size)
]
ACCOUNT = Account(partition="aws", region="us-east-1", id="123456789012")
SUBNETS = [ZonedSubnet(id=f"subnet-0{letter}", zone=f"us-east-1{letter}") for letter in "ab"]


def interfaces(template: Template) -> dict[str, Template]:
    """Interface endpoints by the name of their service."""
    endpoints = template["resource"]["aws_vpc_endpoint"].values()
    return {e["service_name"]: e for e in endpoints if e["vpc_endpoint_type"] == "Interface"}


def lifted(synth: Synth) -> Template:
    """The endpoints in another team's stack, which passes plain strings."""
    stack = TerraformStack(Testing.app(), "x")
    AwsProvider(stack, "aws")
    PrivateEndpoints(
        stack,
        "endpoints",
        features=[Feature.CONNECT],
        vpc_id="vpc-0a",
        subnets=SUBNETS,
        security_group_id="sg-0a",
        account=ACCOUNT,
        name="lab",
        tags={"Team": "vision"},
    )
    return synth(stack)


def test_each_combination_of_features_has_only_its_endpoints() -> None:
    for features in COMBINATIONS:
        needed = set[str]().union(*(NEEDS[feature] for feature in features))
        found = services(Feature(feature) for feature in features)
        assert set(found) == {"sagemaker.api", "sagemaker.runtime", "studio"} | needed, features
        assert len(found) == len(set(found)), features


def test_every_feature_is_in_the_table() -> None:
    assert NEEDS.keys() == {feature.value for feature in Feature}


@pytest.mark.parametrize("features", [(), *((feature,) for feature in NEEDS), tuple(NEEDS)])
def test_the_stack_creates_the_endpoints(network: Any, features: tuple[str, ...]) -> None:
    needed = set[str]().union(*(NEEDS[feature] for feature in features))
    expected = ALWAYS | {f"com.amazonaws.us-east-1.{service}" for service in needed}
    assert interfaces(network(features=list(features))).keys() == expected


def test_another_feature_does_not_change_the_other_endpoints(network: Any) -> None:
    few = network(features=["connect"])["resource"]["aws_vpc_endpoint"]
    more = network(features=["git", "jobs", "connect"])["resource"]["aws_vpc_endpoint"]
    assert few.items() <= more.items()


@pytest.mark.parametrize(
    ("service", "region", "name"),
    [
        ("ssm", "eu-west-1", "com.amazonaws.eu-west-1.ssm"),
        ("studio", "eu-west-1", "aws.sagemaker.eu-west-1.studio"),
        ("sts", "cn-north-1", "cn.com.amazonaws.cn-north-1.sts"),
        ("ecr.dkr", "cn-northwest-1", "cn.com.amazonaws.cn-northwest-1.ecr.dkr"),
        ("ssm", "cn-north-1", "com.amazonaws.cn-north-1.ssm"),
        ("studio", "cn-north-1", "aws.sagemaker.cn-north-1.studio"),
        ("sts", "us-gov-west-1", "com.amazonaws.us-gov-west-1.sts"),
    ],
)
def test_service_names_follow_the_partition(service: str, region: str, name: str) -> None:
    assert service_name(service, region) == name


def test_endpoints_have_private_dns_and_their_security_group(network: Any) -> None:
    template = network(features=list(NEEDS))
    (group,) = (
        address
        for address, resource in template["resource"]["aws_security_group"].items()
        if resource["name"] == "studio-endpoints"
    )
    for endpoint in interfaces(template).values():
        assert endpoint["private_dns_enabled"] is True
        assert endpoint["security_group_ids"] == [f"${{aws_security_group.{group}.id}}"]


def test_an_endpoint_is_in_the_zones_that_offer_its_service(network: Any) -> None:
    template = network(features=list(NEEDS))
    offers = {
        f"data.aws_vpc_endpoint_service.{address}.availability_zones": offer["service_name"]
        for address, offer in template["data"]["aws_vpc_endpoint_service"].items()
    }
    for name, endpoint in interfaces(template).items():
        used = [offer for offer in offers if offer in endpoint["subnet_ids"]]
        assert [offers[offer] for offer in used] == [name]
        (check,) = endpoint["lifecycle"]["precondition"]
        assert endpoint["subnet_ids"][2:-1] in check["condition"]
        assert name in check["error_message"]


def test_fewer_zones_are_the_first_that_offer_the_service(network: Any) -> None:
    everywhere = interfaces(network(network={"zones": 3, "endpoint_zones": 3}))
    (first,) = {
        endpoint["subnet_ids"]
        for name, endpoint in interfaces(network(network={"zones": 3, "endpoint_zones": 1})).items()
        if name.endswith(".ssm")
    }
    offered = everywhere["com.amazonaws.us-east-1.ssm"]["subnet_ids"][2:-1]
    assert first == f"${{slice({offered}, 0, min(1, length({offered})))}}"


def test_subnets_and_zones_are_paired(synth: Synth) -> None:
    pairs = [{"id": subnet.id, "zone": subnet.zone} for subnet in SUBNETS]
    assert pairs in lifted(synth)["locals"].values()


def test_endpoints_deny_credentials_of_other_accounts(synth: Synth) -> None:
    template = lifted(synth)
    documents = [json.loads(v) for v in template["locals"].values() if isinstance(v, str)]
    (statement,) = documents[0]["Statement"]
    assert statement["Condition"] == {
        "StringEqualsIfExists": {"aws:PrincipalAccount": "123456789012"}
    }


def test_studio_and_systems_manager_keep_the_default_policy(network: Any) -> None:
    """Native remote access most likely uses a node of another account."""
    found = interfaces(network(features=list(NEEDS)))
    assert {name for name, endpoint in found.items() if "policy" not in endpoint} == {
        "aws.sagemaker.us-east-1.studio",
        "com.amazonaws.us-east-1.ssm",
        "com.amazonaws.us-east-1.ssmmessages",
        "com.amazonaws.us-east-1.ec2messages",
    }


def test_an_endpoint_has_a_policy_only_if_its_service_supports_it(synth: Synth) -> None:
    for endpoint in interfaces(lifted(synth)).values():
        if "policy" in endpoint:
            assert ".vpc_endpoint_policy_supported ? local." in endpoint["policy"]
            assert endpoint["policy"].endswith(" : null}")


def test_tags_of_the_caller_are_kept(synth: Synth) -> None:
    tags = interfaces(lifted(synth))["com.amazonaws.us-east-1.ssm"]["tags"]
    assert tags == {"Team": "vision", "Name": "lab-ssm"}


@pytest.mark.parametrize("zones", [2, 6])
def test_s3_is_on_every_route_table(network: Any, zones: int) -> None:
    template = network(network={"zones": zones})
    (gateway,) = (
        endpoint
        for endpoint in template["resource"]["aws_vpc_endpoint"].values()
        if endpoint["vpc_endpoint_type"] == "Gateway"
    )
    assert gateway["service_name"] == "com.amazonaws.us-east-1.s3"
    assert set(gateway["route_table_ids"]) == {
        f"${{aws_route_table.{table}.id}}" for table in template["resource"]["aws_route_table"]
    }
    assert len(gateway["route_table_ids"]) == zones


def test_other_accounts_can_only_read_objects(synth: Synth) -> None:
    stack = TerraformStack(Testing.app(), "x")
    AwsProvider(stack, "aws")
    S3Gateway(stack, "s3", vpc_id="vpc-0a", route_table_ids=["rtb-0a"], account=ACCOUNT, name="lab")
    (gateway,) = synth(stack)["resource"]["aws_vpc_endpoint"].values()
    unconditional = [
        statement
        for statement in json.loads(gateway["policy"])["Statement"]
        if "Condition" not in statement
    ]
    assert [statement["Action"] for statement in unconditional] == ["s3:GetObject"]
    conditions = [
        statement["Condition"]
        for statement in json.loads(gateway["policy"])["Statement"]
        if "Condition" in statement
    ]
    assert {"StringEquals": {"aws:PrincipalAccount": "123456789012"}} in conditions
    assert {"Bool": {"aws:PrincipalIsAWSService": "true"}} in conditions
    assert len(conditions) == 2


def test_without_endpoints_the_other_resources_do_not_change(
    network: Any, settings: SettingsBuilder, synth: Synth, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = network()
    monkeypatch.setattr("stacks.network.PrivateEndpoints", lambda *_, **__: None)
    paused = synth(NetworkStack(Testing.app(), "network", settings=settings()))
    assert not interfaces(paused)
    for kind, found in paused["resource"].items():
        assert found.items() <= whole["resource"][kind].items()
    assert whole["resource"].keys() == paused["resource"].keys()
    assert whole["output"] == paused["output"]
