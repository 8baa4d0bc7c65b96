"""The lifecycle of a Terraform configuration on an emulated AWS."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from studio.lifecycle import emulated
from studio.toolchain import toolbox
from tests import provider
from tests.commands import output_of
from tests.plan.plans import planned_changes

CONFIGURATIONS = Path(__file__).parent / "configurations"
# The run before has read all resources.
_DESTROY = ("destroy", "-input=false", "-auto-approve", "-refresh=false")


@dataclass
class Run:
    """The planned changes of each step, and the resources at the end."""

    planned: dict[str, list[str]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


class Terraform:
    """An initialized copy of a configuration, with its environment variables."""

    def __init__(self, name: str, folder: Path, aws: emulated.EmulatedAws) -> None:
        self.folder = folder
        shutil.copytree(CONFIGURATIONS / name, folder, dirs_exist_ok=True)
        for shared in CONFIGURATIONS.glob("*.tf"):
            shutil.copy(shared, folder)
        found = toolbox.Toolbox.load()
        self._binary = found.terraform
        clean = {k: v for k, v in toolbox.environment(found).items() if not k.startswith("AWS_")}
        self._environment = clean | aws.environment
        self("init", "-input=false")

    def __call__(self, *words: str) -> str:
        """Run Terraform; returns its output."""
        environment = self._environment | {"TF_CLI_ARGS": "-no-color"}
        return output_of([self._binary, *words], cwd=self.folder, env=environment)

    def plan(self, *words: str) -> list[str]:
        """The planned changes, `ADDRESS: ACTION, ...`, without imports."""
        self("plan", "-input=false", "-out=the.plan", *words)
        changes = planned_changes(self("show", "-json", "the.plan"))
        return [f"{address}: {', '.join(actions)}" for address, actions in changes.items()]

    def studio_resources(self) -> dict[str, str]:
        """The id of each SageMaker resource in the state, by its address."""
        values = json.loads(self("show", "-json"))["values"]["root_module"]["resources"]
        return {
            resource["address"]: resource["values"]["id"]
            for resource in values
            if resource["type"].startswith("aws_sagemaker_") and resource["mode"] == "managed"
        }


def lifecycle(name: str, folder: Path, aws: emulated.EmulatedAws) -> Run:
    """Apply, plan again, change in place, plan again, import what is Studio's, destroy."""
    run = Run()
    changed = "-var-file=changed.tfvars"
    terraform = Terraform(name, folder / name, aws)
    terraform("apply", "-input=false", "-auto-approve")
    run.planned["again"] = terraform.plan()
    run.planned["change"] = terraform.plan(changed)
    terraform("apply", "-input=false", "the.plan")
    run.planned["again after the change"] = terraform.plan(changed)
    run.planned["import"] = _imported(terraform).plan(changed)
    terraform(*_DESTROY, changed)
    run.left = _inventory(aws)
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


def _inventory(aws: emulated.EmulatedAws) -> list[str]:
    return [f"{item['service']} {item['type']} {item['id']}" for item in aws.inventory()]


def _imported(terraform: Terraform) -> Terraform:
    """A copy without the resources of Studio in its state, with an import block for each.

    AWS does not return the retention_policy of a domain, so Terraform cannot import it.
    """
    copy = Terraform.__new__(Terraform)
    copy.__dict__.update(terraform.__dict__)
    copy.folder = terraform.folder.with_name(f"{terraform.folder.name}-imported")
    shutil.copytree(terraform.folder, copy.folder, symlinks=True)
    ids = terraform.studio_resources()
    copy("state", "rm", *ids)
    blocks = [f'import {{\n  to = {to}\n  id = "{id_}"\n}}\n' for to, id_ in ids.items()]
    (copy.folder / "imports.tf").write_text("".join(blocks))
    (copy.folder / "domain_override.tf").write_text(
        'resource "aws_sagemaker_domain" "test" {\n'
        "  lifecycle {\n    ignore_changes = [retention_policy]\n  }\n}\n"
    )
    return copy
