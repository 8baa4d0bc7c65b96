"""The settings and the AWS provider accept the same instance types."""

import json
import re
from pathlib import Path

from catalog.instances import INSTANCES
from studio.lifecycle import emulated
from studio.toolchain.provider_mirror import PROVIDER
from tests.plan.terraform import Terraform

NOT_FOR_SPACES = {"system", "ml.geospatial.interactive"}


def test_the_table_equals_the_list_of_the_provider(
    emulated_aws: emulated.EmulatedAws, tmp_path: Path
) -> None:
    configuration = {
        "terraform": {"required_providers": {"aws": {"source": "aws", "version": PROVIDER}}},
        "resource": {
            "aws_sagemaker_user_profile": {
                "x": {
                    "domain_id": "d-0a",
                    "user_profile_name": "x",
                    "user_settings": {
                        "execution_role": "arn:aws:iam::123456789012:role/x",
                        "jupyter_lab_app_settings": {
                            "default_resource_spec": {"instance_type": "no-such-type"}
                        },
                    },
                }
            }
        },
    }
    (tmp_path / "main.tf.json").write_text(json.dumps(configuration))
    terraform = Terraform(folder=tmp_path, aws=emulated_aws.environment)
    terraform.run("init")
    answer = json.loads(terraform.run("validate", "-json", good=(1,)))
    (refused,) = [found["summary"] for found in answer["diagnostics"]]
    accepted = set(re.findall(r'"([a-z][\w.-]+)"', refused.partition("to be one of")[2]))
    assert "ml.t3.medium" in accepted
    assert INSTANCES.keys() == accepted - NOT_FOR_SPACES
