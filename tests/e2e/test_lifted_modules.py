"""The modules and the catalog alone, copied into another team's project."""

import json
import os
import shutil
import sys
from pathlib import Path

from settings.paths import PROJECT
from tests.commands import output_of
from tests.modules.test_lifted import LIFTED_APP


def test_the_modules_work_in_another_app(tmp_path: Path) -> None:
    for package in ("modules", "catalog"):
        shutil.copytree(PROJECT / package, tmp_path / package)
    shutil.copy(LIFTED_APP, tmp_path / "main.py")
    output_of([sys.executable, "main.py", "out"], cwd=tmp_path, env=os.environ)
    written = json.loads((tmp_path / "out/stacks/everything/cdk.tf.json").read_text())["resource"]
    assert {
        "aws_vpc",
        "aws_vpc_endpoint",
        "aws_flow_log",
        "aws_iam_role",
        "aws_ecr_repository",
        "aws_sagemaker_image_version",
        "aws_sagemaker_domain",
        "aws_sagemaker_user_profile",
        "aws_sagemaker_space",
        "aws_sagemaker_studio_lifecycle_config",
    } <= written.keys()
    assert (tmp_path / "modules").as_posix() not in json.dumps(written)
