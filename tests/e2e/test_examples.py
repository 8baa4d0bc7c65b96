"""The apps in examples/ synthesize in a folder where this project is an installed package, or where
only its modules and its catalog are copied.
"""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from settings.paths import PROJECT
from tests.commands import output_of

OURS = ("settings", "stacks", "scripts", "studio")


@pytest.mark.parametrize("copied", [(), ("modules", "catalog")], ids=["installed", "copied"])
def test_the_private_network_uses_only_the_modules(tmp_path: Path, copied: Sequence[str]) -> None:
    source = (PROJECT / "examples/private-network/main.py").read_text()
    assert not [name for name in OURS if f"from {name}" in source or f"import {name}" in source]
    app = tmp_path / "app"
    shutil.copytree(PROJECT / "examples/private-network", app)
    for package in copied:
        shutil.copytree(PROJECT / package, app / package)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    output_of([sys.executable, "main.py"], cwd=app, env=environment)
    document = (app / "cdktf.out" / "stacks" / "training-network" / "cdk.tf.json").read_text()
    resources = json.loads(document)["resource"]
    services = {one["service_name"] for one in resources["aws_vpc_endpoint"].values()}
    assert services == {
        *(f"com.amazonaws.eu-central-1.{name}" for name in ("s3", "sts", "logs")),
        *(f"com.amazonaws.eu-central-1.{name}" for name in ("ecr.api", "ecr.dkr")),
        *(f"com.amazonaws.eu-central-1.sagemaker.{name}" for name in ("api", "runtime")),
        "aws.sagemaker.eu-central-1.studio",
    }
    assert len(resources["aws_subnet"]) == len(resources["aws_route_table"]) == 3
    assert not {"aws_internet_gateway", "aws_nat_gateway", "aws_route"} & resources.keys()
