"""Plans of every stack by Terraform, before and after the deployment."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from studio.terraform.stacks import Stack, levels
from tests.plan.terraform import Terraform, push_placeholders

Plan = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Plans:
    """Plan documents by stack, as `terraform show -json` prints them.

    fresh: before the first deployment; values that AWS sets are unknown, and so are policies with
    such a value. settled: after the deployment; every value is known.
    """

    fresh: Mapping[str, Plan]
    settled: Mapping[str, Plan]

    def all(self) -> dict[str, Plan]:
        """All plans, by kind and stack."""
        return {
            f"{kind}-{stack}": plan
            for kind, plans in (("fresh", self.fresh), ("settled", self.settled))
            for stack, plan in plans.items()
        }


def plan_everything(out: Path, *, config: Path, aws: Mapping[str, str]) -> Plans:
    """Plan and deploy the synthesized stacks of ``out`` into the emulated AWS, then plan again.

    Independent stacks run in parallel.
    """
    fresh: dict[str, Plan] = {}

    def deploy(stack: Stack) -> None:
        terraform = Terraform(folder=stack.folder, aws=aws)
        terraform.run("init")
        if stack.name == "image":
            push_placeholders(config, aws)
        fresh[stack.name] = terraform.plan("fresh")
        if _create_images(fresh[stack.name], terraform):
            terraform.run("apply", "-auto-approve")
        else:
            terraform.run("apply", "fresh")

    def settle(stack: Stack) -> tuple[str, Plan]:
        terraform = Terraform(folder=stack.folder, aws=aws)
        return stack.name, terraform.plan("settled", "-refresh=false")

    later = []
    with ThreadPoolExecutor(max_workers=3) as deploying, ThreadPoolExecutor(1) as settling:
        for level in levels(out):
            list(deploying.map(deploy, level))
            later += [settling.submit(settle, stack) for stack in level]
        settled = dict(done.result() for done in later)
    return Plans(fresh=fresh, settled=settled)


def resources(plan: Plan) -> list[dict[str, Any]]:
    """The planned resources, without data sources."""
    found: list[dict[str, Any]] = plan["planned_values"]["root_module"].get("resources", [])
    return [resource for resource in found if resource["mode"] == "managed"]


def planned_changes(shown: str) -> dict[str, list[str]]:
    """The actions by address in the output of `terraform show -json PLAN`."""
    return {
        change["address"]: change["change"]["actions"]
        for change in json.loads(shown).get("resource_changes", [])
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }


def _create_images(plan: Plan, terraform: Terraform) -> bool:
    """Create the planned SageMaker images with boto3 and import them; False if there are none.

    The provider waits for a minute before each CreateImage (internal/service/sagemaker/image.go).
    Terraform creates the role of the images first.
    """
    wanted = [found for found in resources(plan) if found["type"] == "aws_sagemaker_image"]
    if not wanted:
        return False
    role, policy = (
        found
        for kind in ("aws_iam_role", "aws_iam_role_policy")
        for found in resources(plan)
        if found["type"] == kind
    )
    targets = [f"-target={found['address']}" for found in (role, policy)]
    terraform.run("apply", "-auto-approve", *targets)
    session = boto3.Session(
        aws_access_key_id=terraform.aws["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=terraform.aws["AWS_SECRET_ACCESS_KEY"],
        region_name=terraform.aws["AWS_REGION"],
    )
    iam, sagemaker = (
        session.client(service, endpoint_url=terraform.aws["AWS_ENDPOINT_URL"])
        for service in ("iam", "sagemaker")
    )
    arn = iam.get_role(RoleName=role["values"]["name"])["Role"]["Arn"]
    for image in wanted:
        sagemaker.create_image(ImageName=image["values"]["image_name"], RoleArn=arn)
    imported = [{"to": found["address"], "id": found["values"]["image_name"]} for found in wanted]
    (terraform.folder / "imported.tf.json").write_text(json.dumps({"import": imported}))
    return True
