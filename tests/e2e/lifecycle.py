"""A small deployment by Terraform itself, disturbed at every step."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from settings import UserError, load
from studio.aws import nfs_groups
from studio.aws.client import Aws
from studio.aws.waiting import moments
from studio.images.push import push_images
from studio.lifecycle import emulated
from studio.lifecycle.recovery.recover import recover
from studio.lifecycle.recovery.tainted import keep
from studio.terraform.stacks import Stack
from studio.terraform.state.folder import Folder
from studio.toolchain import toolbox
from tests.e2e.faults import Trouble, Witness
from tests.e2e.small_stacks import REGION, resources

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
"""Types of resources, as the emulator's inventory calls them, that nothing else makes."""

Hear = Callable[["subprocess.Popen[str]", str], None]
"""Hears each line that Terraform prints, and may end it."""

Draw = Callable[[Stack, str], Sequence[Trouble]]
"""The troubles of the runs of a stack, "apply" or "destroy", before the one in fair weather."""


def _nothing(_: subprocess.Popen[str], __: str) -> None:
    """Let Terraform run."""


@dataclass(kw_only=True)
class Life:
    """Stacks on an emulated AWS, with local state.

    fair: the same AWS for runs that are not killed, which may share a provider (tests/provider.py).
    before: what is there already. said: what Terraform printed. met: by each run in trouble.
    """

    stacks: Sequence[Stack]
    aws: emulated.Aws
    fair: emulated.Aws
    before: Sequence[Mapping[str, str]] = ()
    said: list[str] = field(default_factory=list)
    met: list[str] = field(default_factory=list)

    def deploy(self, troubles: Draw) -> None:
        """Each stack: in trouble, put right, and once more in fair weather."""
        for stack in self.stacks:
            self.deploy_stack(stack, troubles(stack, "apply"))

    def deploy_stack(self, stack: Stack, troubles: Sequence[Trouble] = ()) -> None:
        """Everything that it depends on is there; the image is pushed behind its repository."""
        self.terraform(stack, "init", "-input=false")
        for trouble in troubles:
            ended_well = self.meet(stack, "apply", trouble) == 0
            self.keep(stack)
            if not ended_well:
                self.recover(stack)
        assert self.run(stack, "apply") == 0, self.last
        assert len(self.held(stack)) == sum(map(len, resources(stack).values()))
        if stack.name == ECR:
            settings = load(self._folder.path / "studio.toml")
            push_images(settings, placeholder=True, check=False, report=self.said.append)

    def destroy(self, troubles: Draw) -> None:
        """The same backwards; nothing that is to be found is made."""
        for stack in reversed(self.stacks):
            self.destroy_stack(stack, troubles(stack, "destroy"))

    def destroy_stack(self, stack: Stack, troubles: Sequence[Trouble] = ()) -> None:
        """And what SageMaker leaves of it."""
        for trouble in troubles:
            self.meet(stack, "destroy", trouble)
        assert self.run(stack, "destroy") == 0, self.last
        assert self.held(stack) == []
        if stack.name == DOMAIN:
            aws = Aws(REGION)
            nfs_groups.delete_groups(aws, nfs_groups.groups(aws), self.said.append)

    def meet(self, stack: Stack, verb: str, trouble: Trouble) -> int:
        """The exit code of a run in trouble, all of which has to come.

        Then fair weather, and a state that is whole.
        """
        self.said.append(f"{stack.name}: {verb}: {trouble}")
        self.aws.tell("faults", trouble.faults)
        self.aws.tell("settings", trouble.switches)
        witness = Witness(aws=self.aws, trouble=trouble)
        # Who is killed is killed together with the provider.
        alone = trouble.sent is signal.SIGKILL
        code = self.run(stack, verb, hear=witness.hear, alone=alone)
        self.wait_for_aws()
        witness.assert_met(code)
        struck = Counter(one["kind"] for one in self.aws.struck())
        words = ", ".join(f"{count} {kind}" for kind, count in struck.items())
        self.met.append(f"{stack.name} {verb}: {trouble} (struck: {words or 'nothing'})")
        self.fair_weather()
        # What every command does first; SIGKILL may have come while the state was written.
        if (serial := self._folder.mend(stack.name)) is not None:
            self.said.append(f"{stack.name}: back to serial {serial}")
        return code

    def wait_for_aws(self) -> None:
        """Until it is there again, where it was down or killed."""
        for passed in moments(SECONDS):
            with contextlib.suppress(OSError):
                self.aws.pid()
                return
            assert passed < SECONDS

    def fair_weather(self) -> None:
        self.aws.tell("faults", {})
        self.aws.tell("settings", {"hang": [], "fail_images": []})

    def keep(self, stack: Stack) -> None:
        """What an ended run was making, as `studio up` keeps it."""
        if (state := self._folder.read(stack.name)) is not None:
            run = partial(self._printed, stack)
            keep(run, stack.folder, state.resources, report=self.said.append)

    def recover(self, stack: Stack) -> None:
        """What an ended run made and did not write down, as `studio up` finds it."""
        recover(partial(self._printed, stack), stack.folder, report=self.said.append)

    def miscounted(self) -> dict[str, tuple[int, int]]:
        """Of what there is another number than is configured: (there, configured)."""
        there = Counter(f"{item['service']} {item['type']}" for item in self.added())
        wanted: Counter[str] = Counter()
        for stack in self.stacks:
            configured = resources(stack)
            for kind, name in COUNTED.items():
                wanted[name] += len(configured.get(kind, ()))
        return {name: (there[name], wanted[name]) for name in wanted if there[name] != wanted[name]}

    def added(self) -> list[dict[str, str]]:
        """What there is beyond what there was at the beginning."""
        before = {(item["type"], item["id"]) for item in self.before}
        return [item for item in self.aws.inventory() if (item["type"], item["id"]) not in before]

    def changes(self) -> dict[str, list[str]]:
        """What a plan of each stack would do; nothing where the deployment is as it should be."""
        found = {}
        for stack in self.stacks:
            flags = ["-input=false", "-lock=false", "-detailed-exitcode", "-out=test.plan"]
            if self.terraform(stack, "plan", *flags, good=(0, 2)).returncode == 0:
                continue
            plan = json.loads(self.terraform(stack, "show", "-json", "test.plan").stdout)
            for change in plan.get("resource_changes", []):
                if change["change"]["actions"] not in (["no-op"], ["read"]):
                    found[change["address"]] = change["change"]["actions"]
        return found

    def held(self, stack: Stack) -> list[str]:
        """What the state knows of a stack, each once. Raises UserError for one that is broken."""
        state = self._folder.read(stack.name)
        return [resource.address for resource in state.resources] if state else []

    @property
    def _folder(self) -> Folder:
        return Folder(self.stacks[0].folder.parents[2])

    def _printed(self, stack: Stack, *words: str) -> str:
        return self.terraform(stack, *words).stdout

    @property
    def last(self) -> str:
        return "\n".join(self.said[-60:])

    def run(self, stack: Stack, verb: str, *, hear: Hear = _nothing, alone: bool = False) -> int:
        """``terraform apply`` or ``destroy``; its exit code."""
        process = subprocess.Popen(
            [self._binary, verb, "-input=false", "-no-color", "-auto-approve"],
            cwd=stack.folder,
            env=self._environment(self.aws if alone else self.fair),
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
                    self.said.append(line.rstrip())
                    hear(process, line)
                return process.wait(timeout=SECONDS)
            finally:
                late.cancel()
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def terraform(
        self, stack: Stack, *words: str, good: Sequence[int] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        """Any other command. Raises UserError unless its exit code is ``good``."""
        # Who shares a provider installs none, and the killed runs need their own.
        aws = self.aws if words[0] == "init" else self.fair
        finished = subprocess.run(
            [self._binary, *words],
            cwd=stack.folder,
            env=self._environment(aws),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if finished.returncode not in good:
            raise UserError(f"terraform {words[0]} of {stack.name}: {finished.stderr}")
        return finished

    @property
    def _binary(self) -> str:
        return toolbox.Toolbox.load().terraform

    def _environment(self, aws: emulated.Aws) -> dict[str, str]:
        chosen = toolbox.environment(toolbox.Toolbox.load())
        return {k: v for k, v in chosen.items() if not k.startswith("AWS_")} | aws.environment
