"""The keys of [network]."""

from typing import Any

import pytest

from catalog.endpoint_services import services
from settings import Feature, SettingsError
from settings.network import NetworkSettings
from tests.settings.samples import message, wrong

VPC = 'network.vpc_id = "vpc-0123abcd"\n'
SUBNETS = 'network.subnet_ids = ["subnet-0123abcd"]\n'
SUBNETS_OF_VPC = "the ids (subnet-...) of 1 to 16 subnets of network.vpc_id, in a list"
FEATURES = (Feature.CONNECT,)

WRONG = {
    "an IPv4 network of /16 to /23 within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or "
    "100.64.0.0/10": [
        'network.cidr = "ten"',
        "network.cidr = 10",
        'network.cidr = "10.20.0.0"',
        'network.cidr = "10.0.0.0/8"',
        'network.cidr = "10.0.0.0/24"',
        'network.cidr = "10.0.0.0/255.255.0.0"',
        'network.cidr = "8.8.0.0/16"',
        'network.cidr = "0.0.0.0/0"',
        'network.cidr = "fd00::/16"',
    ],
    "the first address of the network: 10.20.0.0/16": ['network.cidr = "10.20.0.1/16"'],
    "SageMaker uses 172.17.0.0/16; choose another private range": [
        'network.cidr = "172.17.64.0/20"'
    ],
    "a whole number from 1 to 6 (availability zones)": ["network.endpoint_zones = 0"],
    "one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, "
    "2192, 2557, 2922, 3288, 3653 (days)": [
        "network.flow_log_days = 42",
        'network.flow_log_days = "30"',
    ],
    '"" or the id of a VPC (vpc-...)': ['network.vpc_id = "my-vpc"'],
    "only with network.vpc_id; remove it": [
        'network.endpoints = "existing"',
        "network.allow_internet = true",
        SUBNETS,
    ],
    "not with network.vpc_id (vpc-0123abcd); remove it": [
        VPC + SUBNETS + 'network.cidr = "10.0.0.0/16"',
        VPC + SUBNETS + "network.zones = 2",
        VPC + SUBNETS + "network.flow_logs = true",
    ],
    SUBNETS_OF_VPC: [VPC + "network.subnet_ids = []"],
    "each value once; subnet-0123abcd appears 2 times": [
        VPC + 'network.subnet_ids = ["subnet-0123abcd", "subnet-0123abcd"]'
    ],
    "each value once; sg-0123abcd appears 2 times": [
        VPC + SUBNETS + 'network.security_group_ids = ["sg-0123abcd", "sg-0123abcd"]'
    ],
    '"create", "existing", "create-missing", or a list of the services whose endpoints '
    "exist: any of sagemaker.api, sagemaker.runtime, studio, ssm, ssmmessages, sts, "
    "logs, ecr.api, ecr.dkr, servicecatalog, codeartifact.api, "
    "codeartifact.repositories, git-codecommit, kms, ec2messages": [
        'network.endpoints = "all"',
        'network.endpoints = ["s3"]',
        "network.endpoints = [7]",
    ],
}

MESSAGES = [
    (VPC, f"network.subnet_ids: {SUBNETS_OF_VPC}"),
    (
        VPC + "network.subnet_ids = ['vpc-0123abcd']",
        f'network.subnet_ids[0] = "vpc-0123abcd": {SUBNETS_OF_VPC}',
    ),
    (
        "network.security_group_ids = ['default']",
        'network.security_group_ids[0] = "default": the ids (sg-...) of at most 4 security '
        "groups, in a list",
    ),
]


@pytest.mark.parametrize(("content", "line"), [*wrong(WRONG), *MESSAGES])
def test_a_wrong_value_is_refused(content: str, line: str) -> None:
    assert message(content) == line


def existing(choice: Any) -> NetworkSettings:
    """An existing VPC with this choice of endpoints."""
    return NetworkSettings(vpc_id="vpc-0123abcd", subnet_ids=("subnet-0123abcd",), endpoints=choice)


@pytest.mark.parametrize(
    ("choice", "names"),
    [("create", ()), ("existing", services(FEATURES)), (("kms", "sts", "ssm"), ("ssm", "sts"))],
)
def test_the_existing_endpoints_are_those_of_the_features(
    choice: Any, names: tuple[str, ...]
) -> None:
    assert existing(choice).existing_endpoints(FEATURES) == names
    assert existing(choice).known_endpoints(FEATURES) == names


def test_without_a_record_the_existing_endpoints_are_not_known() -> None:
    network = existing("create-missing")
    with pytest.raises(
        SettingsError, match=r"`studio plan --out DIR`, `up` or `resume` writes it$"
    ):
        network.existing_endpoints(FEATURES)
    assert network.known_endpoints(FEATURES) == ()
    found = network.with_found_endpoints({"kms": "vpce-0", "sts": "vpce-1"})
    assert found.existing_endpoints(FEATURES) == found.known_endpoints(FEATURES) == ("sts",)


@pytest.mark.parametrize(("zones", "subnets", "most"), [(6, 2, 2), (1, 2, 1), (3, 0, 3)])
def test_an_endpoint_has_a_subnet_in_each_zone_up_to_endpoint_zones(
    zones: int, subnets: int, most: int
) -> None:
    ids = tuple(f"subnet-0123abc{number}" for number in range(subnets))
    assert NetworkSettings(endpoint_zones=zones, subnet_ids=ids).endpoint_subnets == most
