"""A small deployment by Terraform, with faults and interruptions at every step."""

import contextlib
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial

from settings import UserError, load
from studio.aws import nfs_groups
from studio.aws.client import Aws
from studio.aws.waiting import moments
from studio.images.push import push_images
from studio.lifecycle import emulated
from studio.lifecycle.recovery.recover import recover
from studio.lifecycle.recovery.tainted import untaint
from studio.processes.children import captured
from studio.terraform.stacks import Stack
from studio.terraform.state.files import STATE
from studio.terraform.state.folder import Folder
from tests import provider
from tests.e2e.faults import Disturbance, Watcher
from tests.e2e.small_stacks import REGION
from tests.plan.terraform import Terraform, environment, tools

SECONDS = 600
ECR = "ecr"
DOMAIN = "domain"
COUNTED = {
    "aws_vpc": "ec2 vpc",
    "aws_subnet": "ec2 subnet",
    "aws_route_table": "ec2 route-table",
    "aws_vpc_endpoint": "ec2 vpc-endpoint",
    "aws_kms_key": "kms key",
    "aws_iam_role": "iam role",
    "aws_iam_policy": "iam policy",
    "aws_cloudwatch_log_group": "logs log-group",
    "aws_ecr_repository": "ecr repository",
    "aws_sagemaker_image": "sagemaker image",
    "aws_sagemaker_image_version": "sagemaker image-version",
    "aws_sagemaker_app_image_config": "sagemaker app-image-config",
    "aws_sagemaker_domain": "sagemaker domain",
    "aws_sagemaker_user_profile": "sagemaker user-profile",
}
"""Types of resources that only Terraform creates, and their names in the emulator's inventory."""

OnLine = Callable[["subprocess.Popen[str]", str], None]
"""Called with each line of Terraform's output; may end Terraform."""

Disturb = Callable[[Stack, str], Sequence[Disturbance]]
"""The disturbances of the runs of "apply" or "destroy" of a stack."""


@dataclass(kw_only=True)
class DisturbedDeployment:
    """Stacks on an emulated AWS with a shared provider (tests/provider.py), with local state.

    before: the existing resources. output: of Terraform. disturbed: a line for each disturbed run.
    """

    stacks: Sequence[Stack]
    aws: emulated.EmulatedAws
    before: Sequence[Mapping[str, str]] = ()
    output: list[str] = field(default_factory=list)
    disturbed: list[str] = field(default_factory=list)

    def deploy(self, disturbances: Disturb) -> None:
        """Deploy each stack with its disturbances."""
        for stack in self.stacks:
            self.deploy_stack(stack, disturbances(stack, "apply"))

    def deploy_stack(self, stack: Stack, disturbances: Sequence[Disturbance] = ()) -> None:
        """Apply the stack with each disturbance and recover, apply it, and push the image."""
        self._terraform(stack).run("init")
        for disturbance in disturbances:
            ended_well = self.run_disturbed(stack, "apply", disturbance) == 0
            self.untaint(stack)
            if not ended_well:
                self.recover(stack)
        assert self.run(stack, "apply") == 0, self.last
        assert len(self.addresses(stack)) == sum(map(len, stack.resources.values()))
        if stack.name == ECR:
            settings = load(self._folder.path / "studio.toml")
            push_images(settings, placeholder=True, check=False, report=self.output.append)

    def destroy(self, disturbances: Disturb) -> None:
        """Destroy each stack in reverse order with its disturbances, and SageMaker's groups."""
        for stack in reversed(self.stacks):
            for disturbance in disturbances(stack, "destroy"):
                self.run_disturbed(stack, "destroy", disturbance)
            assert self.run(stack, "destroy") == 0, self.last
            assert self.addresses(stack) == []
            if stack.name == DOMAIN:
                aws = Aws(REGION)
                nfs_groups.delete_groups(aws, nfs_groups.list_groups(aws), self.output.append)

    def run_disturbed(self, stack: Stack, verb: str, disturbance: Disturbance) -> int:
        """The exit code of a run in which the whole disturbance happens.

        Clears the faults, and restores a state that SIGKILL truncated.
        """
        self.output.append(f"{stack.name}: {verb}: {disturbance}")
        self.aws.ask("faults", disturbance.faults)
        self.aws.ask("settings", disturbance.switches)
        # SIGKILL ends the provider too, so the run must not share one.
        alone = disturbance.sent is signal.SIGKILL
        with provider.shared(self.aws) if alone else nullcontext(self.aws) as aws:
            watcher = Watcher(aws=aws, disturbance=disturbance)
            code = self.run(stack, verb, on_line=watcher.on_line, aws=aws)
        self.wait_for_aws()
        watcher.assert_happened(code)
        struck = Counter(one["kind"] for one in self.aws.ask("faults")["injected"])
        words = ", ".join(f"{count} {kind}" for kind, count in struck.items())
        self.disturbed.append(f"{stack.name} {verb}: {disturbance} (hit: {words or 'nothing'})")
        self.clear_faults()
        # Every command restores the state first: SIGKILL may interrupt Terraform's write.
        if (serial := self._folder.restore(stack.name)) is not None:
            self.output.append(f"{stack.name}: back to serial {serial}")
        elif not self._folder.content(stack.name, f"{STATE}.backup"):
            # The first state of a stack has no backup: delete it, as the error says.
            try:
                self._folder.read(stack.name)
            except UserError:
                self._folder.file(stack.name).unlink()
                self.output.append(f"{stack.name}: truncated, without a backup")
        return code

    def wait_for_aws(self) -> None:
        """Wait until AWS responds."""
        for passed in moments(SECONDS):
            with contextlib.suppress(OSError):
                self.aws.ask("health")
                return
            assert passed < SECONDS

    def clear_faults(self) -> None:
        self.aws.ask("faults", {})
        self.aws.ask("settings", {"hang": [], "fail_images": []})

    def untaint(self, stack: Stack) -> None:
        """Untaint the resources of an interrupted run, as `studio up` does."""
        if (state := self._folder.read(stack.name)) is not None:
            run = partial(self._printed, stack)
            untaint(run, stack.folder, state.resources, report=self.output.append)

    def recover(self, stack: Stack) -> None:
        """Import the unrecorded resources of an interrupted run, as `studio up` does."""
        recover(partial(self._printed, stack), stack.folder)

    def wrong_counts(self) -> dict[str, tuple[int, int]]:
        """Types with another number of resources than configured: (existing, configured)."""
        existing = Counter(f"{item['service']} {item['type']}" for item in self.added())
        wanted: Counter[str] = Counter()
        for stack in self.stacks:
            for kind, name in COUNTED.items():
                wanted[name] += len(stack.resources.get(kind, ()))
        return {
            name: (existing[name], wanted[name])
            for name in wanted
            if existing[name] != wanted[name]
        }

    def added(self) -> list[dict[str, str]]:
        """The resources that are not in ``before``."""
        before = {(item["type"], item["id"]) for item in self.before}
        return [item for item in self.aws.inventory() if (item["type"], item["id"]) not in before]

    def changes(self) -> dict[str, list[str]]:
        """The planned changes of all stacks by address; empty if the deployment is complete."""
        found: dict[str, list[str]] = {}
        for stack in self.stacks:
            found |= self._terraform(stack).changes()
        return found

    def addresses(self, stack: Stack) -> list[str]:
        """The addresses in a stack's state. Raises UserError for a damaged state."""
        state = self._folder.read(stack.name)
        return [resource.address for resource in state.resources] if state else []

    @property
    def _folder(self) -> Folder:
        return Folder(self.stacks[0].folder.parents[2])

    def _terraform(self, stack: Stack) -> Terraform:
        return Terraform(folder=stack.folder, aws=self.aws.environment)

    def _printed(self, stack: Stack, *words: str) -> str:
        """Terraform's output, with plans as JSON events, as `studio up` reads it.

        Raises UserError.
        """
        events = ["-json"] if words[0] == "plan" else []
        command = [tools().terraform, words[0], *events, *words[1:]]
        env = environment(self.aws.environment)
        finished = captured(command, cwd=stack.folder, env=env, seconds=SECONDS)
        if finished.returncode:
            printed = finished.stderr or finished.stdout
            raise UserError(f"terraform {words[0]} of {stack.name}: {printed}")
        return finished.stdout

    @property
    def last(self) -> str:
        return "\n".join(self.output[-60:])

    def run(
        self,
        stack: Stack,
        verb: str,
        *,
        on_line: OnLine = lambda *_: None,
        aws: emulated.EmulatedAws | None = None,
    ) -> int:
        """The exit code of ``terraform apply`` or ``destroy``. aws: with another provider."""
        process = subprocess.Popen(
            [tools().terraform, verb, "-input=false", "-no-color", "-auto-approve"],
            cwd=stack.folder,
            env=environment((aws or self.aws).environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        late = threading.Timer(SECONDS, os.killpg, (process.pid, signal.SIGKILL))
        late.start()
        with process:
            try:
                for line in process.stdout:
                    self.output.append(line.rstrip())
                    on_line(process, line)
                return process.wait(timeout=SECONDS)
            finally:
                late.cancel()
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
