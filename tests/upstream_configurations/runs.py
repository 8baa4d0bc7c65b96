"""The lifecycle of a Terraform configuration on an emulated AWS."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.lifecycle import emulated
from tests import provider
from tests.plan.terraform import CHANGES, Terraform

CONFIGURATIONS = Path(__file__).parent / "configurations"


@dataclass
class Run:
    """The planned changes of each step, and the resources at the end."""

    planned: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def initialized(name: str, folder: Path, aws: emulated.EmulatedAws) -> Terraform:
    """An initialized copy of a configuration."""
    shutil.copytree(CONFIGURATIONS / name, folder, dirs_exist_ok=True)
    for shared in CONFIGURATIONS.glob("*.tf"):
        shutil.copy(shared, folder)
    terraform = Terraform(folder=folder, aws=aws.environment)
    terraform.run("init")
    return terraform


def lifecycle(name: str, folder: Path, aws: emulated.EmulatedAws) -> Run:
    """Apply, plan again, change in place, plan again, import what is Studio's, destroy."""
    run = Run()
    changed = "-var-file=changed.tfvars"
    terraform = initialized(name, folder / name, aws)
    terraform.run("apply", "-auto-approve")
    run.planned["again"] = terraform.changes()
    run.planned["change"] = terraform.changes(changed)
    terraform.run("apply", CHANGES)
    run.planned["again after the change"] = terraform.changes(changed)
    run.planned["import"] = _imported(terraform).changes(changed)
    # The run before has read all resources.
    terraform.run("destroy", "-auto-approve", "-refresh=false", changed)
    run.left = [f"{item['service']} {item['type']} {item['id']}" for item in aws.inventory()]
    return run


@contextmanager
def emulated_aws(folder: Path) -> Iterator[emulated.EmulatedAws]:
    """An emulated AWS with one provider process for all Terraform commands."""
    # With retention Delete, the acceptance tests of the provider delete their VPC right after the
    # domain, which requires that AWS has deleted the NFS groups.
    options = ["nfs_groups_deleted_with_domain=true"]
    log = folder / "emulator.log"
    with (
        emulated.aws(log=log, speed=200, region="us-east-1", options=options) as aws,
        provider.shared(aws) as shared,
    ):
        yield shared


def _imported(terraform: Terraform) -> Terraform:
    """A copy without the resources of Studio in its state, with an import block for each.

    AWS does not return the retention_policy of a domain, so Terraform cannot import it.
    """
    folder = terraform.folder.with_name(f"{terraform.folder.name}-imported")
    shutil.copytree(terraform.folder, folder, symlinks=True)
    copy = replace(terraform, folder=folder)
    state = json.loads(terraform.run("show", "-json"))["values"]["root_module"]["resources"]
    ids = {
        resource["address"]: resource["values"]["id"]
        for resource in state
        if resource["type"].startswith("aws_sagemaker_") and resource["mode"] == "managed"
    }
    copy.run("state", "rm", *ids)
    blocks = [f'import {{\n  to = {to}\n  id = "{id_}"\n}}\n' for to, id_ in ids.items()]
    (folder / "imports.tf").write_text("".join(blocks))
    (folder / "domain_override.tf").write_text(
        'resource "aws_sagemaker_domain" "test" {\n'
        "  lifecycle {\n    ignore_changes = [retention_policy]\n  }\n}\n"
    )
    return copy
