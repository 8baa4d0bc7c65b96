import gzip
import json
from pathlib import Path

import moto.ec2
from botocore.session import Session

from catalog.instances import INSTANCES, is_too_small_for_native


def test_the_api_has_the_instance_types() -> None:
    """tests/plan/test_instance_types.py compares them with the provider, which has fewer."""
    known = Session().get_service_model("sagemaker").shape_for("AppInstanceType").enum
    assert set(INSTANCES) < set(known)


def test_memory_is_that_of_ec2() -> None:
    """In moto's copy of DescribeInstanceTypes, which has no p3."""
    copy = Path(moto.ec2.__file__).parent / "resources" / "instance_types.json.gz"
    described = json.loads(gzip.decompress(copy.read_bytes()))
    compared = {
        name: (instance.memory_gib, described[name[3:]]["MemoryInfo"]["SizeInMiB"] / 1024)
        for name, instance in INSTANCES.items()
        if not name.startswith("ml.p3.")
    }
    assert {name: pair for name, pair in compared.items() if pair[0] != pair[1]} == {}


def test_native_refuses_the_instance_types_in_the_guide() -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access.html"""
    small = set(filter(is_too_small_for_native, INSTANCES))
    named = {"ml.t3.medium", "ml.c5.large", "ml.c6i.large", "ml.c6id.large", "ml.c7i.large"}
    assert small == named | {"ml.t3.micro", "ml.t3.small"}


def test_prices_are_those_of_the_aws_page() -> None:
    assert INSTANCES["ml.t3.medium"].usd_per_hour == 0.05
    assert INSTANCES["ml.m5.large"].usd_per_hour == 0.115


def test_prices_grow_with_the_machine() -> None:
    for family in ("t3", "m5", "c5", "r5"):
        of_family = [it for name, it in INSTANCES.items() if name.startswith(f"ml.{family}.")]
        priced = [(it.memory_gib, it.usd_per_hour) for it in of_family if it.usd_per_hour]
        assert priced == sorted(priced)
        assert len({price for _, price in priced}) == len(priced) > 3
