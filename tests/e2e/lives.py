"""A small deployment by Terraform itself, disturbed at every step."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.support import emulated, toolbox
from scripts.support.aws import Aws
from scripts.support.down import nfs_groups
from scripts.support.recovery.recover import recover
from scripts.support.stacks import Stack, levels
from scripts.support.state.folder import Folder
from settings import UserError

SECONDS = 240
REGION = "us-east-1"
SETTINGS = """\
features = []
[network]
flow_logs = true
[domain]
retention = "Delete"
[image.slim]
enabled = false
[users.alice]
"""

COUNTED = {
    "aws_vpc": "ec2 vpc",
    "aws_subnet": "ec2 subnet",
    "aws_route_table": "ec2 route-table",
    "aws_vpc_endpoint": "ec2 vpc-endpoint",
    "aws_kms_key": "kms key",
    "aws_iam_role": "iam role",
    "aws_iam_policy": "iam policy",
    "aws_cloudwatch_log_group": "logs log-group",
    "aws_sagemaker_domain": "sagemaker domain",
    "aws_sagemaker_user_profile": "sagemaker user-profile",
}
"""Types of resources, as the emulator's inventory calls them, that nothing else makes."""

Disturb = Callable[["subprocess.Popen[str]", str], None]
"""Hears each line that Terraform prints, and may end it."""


def synthesize(folder: Path) -> list[Stack]:
    """The stacks of the small deployment that have anything in them, in their order."""
    out = folder / "cdktf.out"
    out.mkdir(parents=True)
    (folder / "studio.toml").write_text(SETTINGS)
    subprocess.run(
        [sys.executable, toolbox.PROJECT / "main.py"],
        env={**os.environ, "STUDIO_CONFIG": str(folder / "studio.toml"), "CDKTF_OUTDIR": str(out)},
        check=True,
        timeout=SECONDS,
    )
    return [stack for level in levels(out) for stack in level if resources(stack)]


def resources(stack: Stack) -> dict[str, dict[str, Any]]:
    """What a stack configures, by type and name."""
    configuration = json.loads((stack.folder / "cdk.tf.json").read_text())
    found: dict[str, dict[str, Any]] = configuration.get("resource", {})
    return found


def ended_by(sent: signal.Signals, *, dice: random.Random) -> Disturb:
    """Send the signal to Terraform and its provider when some line or other of a change comes."""
    left = dice.randrange(1, 12)

    def hear(process: subprocess.Popen[str], line: str) -> None:
        nonlocal left
        left -= any(word in line for word in (": Creat", ": Destr"))
        if left == 0:
            left = -1
            if sent is signal.SIGKILL:
                os.killpg(process.pid, sent)
            else:
                process.send_signal(sent)

    return hear


def undisturbed(_: subprocess.Popen[str], __: str) -> None:
    """Let Terraform run."""


@dataclass(kw_only=True)
class Life:
    """Stacks on an emulated AWS, with local state."""

    stacks: Sequence[Stack]
    aws: emulated.Aws
    said: list[str] = field(default_factory=list)

    def tell(self, call: str, content: dict[str, Any]) -> None:
        """One of the emulator's own calls."""
        request = urllib.request.Request(
            f"{self.aws.url}/_emulator/{call}", data=json.dumps(content).encode(), method="POST"
        )
        urllib.request.urlopen(request, timeout=30).close()

    def deploy(self, disturb: Callable[[], Disturb]) -> None:
        """Each stack: disturbed, recovered, and once more in fair weather."""
        for stack in self.stacks:
            self.terraform(stack, "init", "-input=false")
            self.run(stack, "apply", disturb=disturb())
            self.fair_weather()
            self.mend(stack)
            self.recover(stack)
            assert self.run(stack, "apply") == 0, self.last
            self.assert_intact(stack)

    def destroy(self, disturb: Callable[[], Disturb]) -> None:
        """The same backwards, and what SageMaker leaves; nothing that is to be found is made."""
        for stack in reversed(self.stacks):
            if stack.name == "network":
                self.remove_groups(stack)
            self.run(stack, "destroy", disturb=disturb())
            self.fair_weather()
            self.mend(stack)
            assert self.run(stack, "destroy") == 0, self.last
            self.assert_intact(stack)

    def fair_weather(self) -> None:
        self.tell("faults", {})
        self.tell("settings", {"hang": []})

    def mend(self, stack: Stack) -> None:
        """What every command does first; SIGKILL may have come while the state was written."""
        if (serial := self._states(stack).mend(stack.name)) is not None:
            self.said.append(f"{stack.name}: back to serial {serial}")

    def recover(self, stack: Stack) -> None:
        def run(*words: str) -> str:
            return self.terraform(stack, *words).stdout

        recover(run, stack.folder, report=self.said.append)

    def miscounted(self) -> dict[str, tuple[int, int]]:
        """Of what there is another number than is configured: (there, configured)."""
        there = Counter(f"{item['service']} {item['type']}" for item in self.aws.inventory())
        wanted: Counter[str] = Counter()
        for stack in self.stacks:
            configured = resources(stack)
            for kind, name in COUNTED.items():
                wanted[name] += len(configured.get(kind, ()))
        return {name: (there[name], wanted[name]) for name in wanted if there[name] != wanted[name]}

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

    def remove_groups(self, network: Stack) -> None:
        state = self._states(network).read("network")
        if state is not None and "vpc_id" in state.outputs:
            aws, vpc_id = Aws(REGION), state.outputs["vpc_id"]
            ours = [group for group in nfs_groups.groups(aws) if group.vpc_id == vpc_id]
            nfs_groups.delete(aws, ours, self.said.append)

    def assert_intact(self, stack: Stack) -> None:
        """The state file can be read."""
        self._states(stack).read(stack.name)

    def _states(self, stack: Stack) -> Folder:
        return Folder(stack.folder.parents[2])

    @property
    def last(self) -> str:
        return "\n".join(self.said[-60:])

    def run(self, stack: Stack, verb: str, *, disturb: Disturb = undisturbed) -> int:
        """``terraform apply`` or ``destroy``; its exit code."""
        process = subprocess.Popen(
            [self._binary, verb, "-input=false", "-no-color", "-auto-approve"],
            cwd=stack.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        with process:
            try:
                for line in process.stdout:
                    self.said.append(line.rstrip())
                    disturb(process, line)
                return process.wait(timeout=SECONDS)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def terraform(
        self, stack: Stack, *words: str, good: Sequence[int] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        """Any other command. Raises UserError unless its exit code is ``good``."""
        finished = subprocess.run(
            [self._binary, *words],
            cwd=stack.folder,
            env=self._environment,
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

    @property
    def _environment(self) -> dict[str, str]:
        chosen = toolbox.environment(toolbox.Toolbox.load())
        return {k: v for k, v in chosen.items() if not k.startswith("AWS_")} | self.aws.environment
