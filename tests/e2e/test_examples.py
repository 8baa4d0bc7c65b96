"""The apps in examples/ synthesize in a folder where this project is an installed package."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from settings.paths import PROJECT
from tests.commands import output_of

OURS = ("settings", "stacks", "scripts", "studio")


def synthesized(example: str, stack: str, folder: Path) -> dict[str, Any]:
    copy = folder / example
    shutil.copytree(PROJECT / "examples" / example, copy)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    output_of([sys.executable, "main.py"], cwd=copy, env=environment)
    document = (copy / "cdktf.out" / "stacks" / stack / "cdk.tf.json").read_text()
    found: dict[str, Any] = json.loads(document)
    return found


def test_the_private_network_uses_only_the_modules(tmp_path: Path) -> None:
    source = (PROJECT / "examples/private-network/main.py").read_text()
    assert not [name for name in OURS if f"from {name}" in source or f"import {name}" in source]
    resources = synthesized("private-network", "training-network", tmp_path)["resource"]
    services = {one["service_name"] for one in resources["aws_vpc_endpoint"].values()}
    assert services == {
        *(f"com.amazonaws.eu-central-1.{name}" for name in ("s3", "sts", "logs")),
        *(f"com.amazonaws.eu-central-1.{name}" for name in ("ecr.api", "ecr.dkr")),
        *(f"com.amazonaws.eu-central-1.sagemaker.{name}" for name in ("api", "runtime")),
        "aws.sagemaker.eu-central-1.studio",
    }
    assert len(resources["aws_subnet"]) == len(resources["aws_route_table"]) == 3
    assert not {"aws_internet_gateway", "aws_nat_gateway", "aws_route"} & resources.keys()
