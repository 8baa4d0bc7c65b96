"""Plans of every stack by Terraform, after the deployment."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from studio.terraform.stacks import Stack, levels
from tests.clients import client
from tests.plan.terraform import Terraform, push_placeholders

Plan = dict[str, Any]


def deploy_and_plan(out: Path, *, config: Path, aws: Mapping[str, str]) -> dict[str, Plan]:
    """The plan of each stack of ``out`` after its deployment into the emulated AWS.

    As `terraform show -json` prints it; every value is known. Independent stacks run in parallel.
    """

    def deploy(stack: Stack) -> tuple[str, Plan]:
        terraform = Terraform(folder=stack.folder, aws=aws)
        terraform.run("init")
        if stack.name == "image":
            push_placeholders(config, aws)
            _create_images(terraform)
        terraform.run("apply", "-auto-approve")
        return stack.name, terraform.plan("settled", "-refresh=false")

    with ThreadPoolExecutor(max_workers=3) as pool:
        return dict(found for level in levels(out) for found in pool.map(deploy, level))


def resources(plan: Plan) -> list[dict[str, Any]]:
    """The planned resources, without data sources."""
    found: list[dict[str, Any]] = plan["planned_values"]["root_module"].get("resources", [])
    return [resource for resource in found if resource["mode"] == "managed"]


def _create_images(terraform: Terraform) -> None:
    """Create the planned SageMaker images with boto3 and import them.

    The provider waits for a minute before each CreateImage (internal/service/sagemaker/image.go).
    Terraform creates the role of the images first.
    """
    plan = terraform.plan("fresh")
    wanted = [found for found in resources(plan) if found["type"] == "aws_sagemaker_image"]
    role, policy = (
        found
        for kind in ("aws_iam_role", "aws_iam_role_policy")
        for found in resources(plan)
        if found["type"] == kind
    )
    targets = [f"-target={found['address']}" for found in (role, policy)]
    terraform.run("apply", "-auto-approve", *targets)
    iam, sagemaker = (client(service, terraform.aws) for service in ("iam", "sagemaker"))
    arn = iam.get_role(RoleName=role["values"]["name"])["Role"]["Arn"]
    for image in wanted:
        sagemaker.create_image(ImageName=image["values"]["image_name"], RoleArn=arn)
    imported = [{"to": found["address"], "id": found["values"]["image_name"]} for found in wanted]
    (terraform.folder / "imported.tf.json").write_text(json.dumps({"import": imported}))
