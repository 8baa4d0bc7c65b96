"""`terraform validate` accepts every stack with different settings."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from studio.lifecycle import emulated
from tests.clients import client
from tests.plan.terraform import Terraform
from tests.program import Template, synthesize, templates
from tests.test_invariants import CASES, USERS

KEY = "arn:aws:kms:us-east-1:123456789012:key/12345678-90ab-4cde-8f01-234567890abc"

VARIANTS = {
    "no image": f"image.slim.enabled = false\n{USERS}",
    "state in S3": f'state.bucket = "team-state"\nstate.kms_key = "{KEY}"\n{USERS}',
    "SSO": 'domain.auth = "SSO"\n[users.alice]\nsso_user = "alice@example.com"\n',
    **{name: f"{settings}{USERS}" for name, settings in CASES.items()},
    "a key that exists": f"""
        domain.kms = "{KEY}"
        domain.retention = "Delete"
        domain.source_identity = false
        {USERS}""",
}

Templates = Mapping[str, Template]


@pytest.fixture(scope="module")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of the stacks of each variant."""
    folders = {}
    for name, settings in VARIANTS.items():
        folders[name] = tmp_path_factory.mktemp("variant")
        synthesize(folders[name], settings)
    return folders


def validate(folder: Path, stacks: Templates, aws: emulated.EmulatedAws) -> list[str]:
    """The errors and warnings of `terraform validate` for these stacks, one line each.

    Each stack is a module of one configuration with the provider block in the root module, so that
    the provider starts once. Terraform warns about the state backend of a module; the result omits
    this warning.
    """
    blocks: list[Template] = []
    calls = {}
    for name, template in stacks.items():
        module = copy.deepcopy(template)
        block = module.pop("provider")["aws"][0]
        if block not in blocks:
            blocks.append(block)
        path = folder / name / "cdk.tf.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(module, indent=2))
        provider = f"aws.p{blocks.index(block)}"
        calls[name.replace("/", "_")] = {"source": f"./{name}", "providers": {"aws": provider}}
    terraform_block = next(iter(stacks.values()))["terraform"]
    aliased = [block | {"alias": f"p{number}"} for number, block in enumerate(blocks)]
    (folder / "main.tf.json").write_text(
        json.dumps(
            {
                "terraform": {"required_providers": terraform_block["required_providers"]},
                "provider": {"aws": aliased},
                "module": calls,
            }
        )
    )
    terraform = Terraform(folder=folder, aws=aws.environment)
    terraform.run("init")
    answer = json.loads(terraform.run("validate", "-json", good=(0, 1)))
    said = [
        f"{found.get('range', {}).get('filename', '')}: {found['severity']}: {found['summary']}: "
        f"{found['detail']}"
        for found in answer["diagnostics"]
    ]
    assert answer["valid"] or said
    return [line for line in said if "Backend configuration ignored" not in line]


def test_every_stack_is_valid(
    synthesized: dict[str, Path], emulated_aws: emulated.EmulatedAws, tmp_path: Path
) -> None:
    stacks = {
        f"{variant.replace(' ', '-').replace(',', '')}/{stack}": template
        for variant, folder in synthesized.items()
        for stack, template in templates(folder).items()
    }
    assert len(stacks) == 6 * len(synthesized)
    assert validate(tmp_path, stacks, emulated_aws) == []


def test_terraform_accepts_the_state_bucket(
    synthesized: dict[str, Path], emulated_aws: emulated.EmulatedAws
) -> None:
    """`terraform init` reads the bucket with the arguments of the stack."""
    out = synthesized["state in S3"] / "out"
    client("s3", emulated_aws.environment).create_bucket(Bucket="team-state")
    terraform = Terraform(folder=out / "stacks" / "ecr", aws=emulated_aws.environment)
    assert 'Successfully configured the backend "s3"!' in terraform.run("init")
