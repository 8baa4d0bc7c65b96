"""A deployment by the commands, Terraform and its provider, on an emulated AWS."""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from settings.paths import PROJECT, settings_file
from studio.lifecycle import emulated
from studio.terraform import synthesis
from studio.terraform.stacks import levels
from studio.toolchain import toolbox
from tests import program, provider
from tests.clients import client
from tests.plan.terraform import CHANGES, Terraform
from tests.studio import account

BIN = Path(sys.executable).parent
SECONDS = 900

SETTINGS = """\
domain.retention = "Delete"
ecr.force_delete = true
ecr.check = false
"""

NewAccount = Callable[..., emulated.EmulatedAws]
"""See the fixture ``new_account``."""


@dataclass
class Studio:
    """A deployment in its own folder, on an emulated AWS.

    own_process: each command runs in a process, and each Terraform command starts its provider; see
    ``tests/program.py`` and ``tests/provider.py``.
    """

    folder: Path
    aws: emulated.EmulatedAws
    own_process: bool = False
    _empty: set[str] = field(default_factory=set)
    _logged_before: int = 0

    @classmethod
    def in_folder(cls, folder: Path, aws: emulated.EmulatedAws) -> Self:
        """A new folder with the source of the image tiny, before the first deployment."""
        tiny = folder / "image" / "tiny"
        tiny.mkdir(parents=True)
        (tiny / "Dockerfile").write_text("FROM scratch\nCOPY note /note\n")
        (tiny / "note").write_text("one\n")
        return cls(folder=folder, aws=aws)

    @property
    def out(self) -> Path:
        return self.folder / "cdktf.out"

    @property
    def log(self) -> str:
        path = self.folder / "studio.log"
        return path.read_text() if path.exists() else ""

    def configure(
        self,
        *,
        users: Sequence[str],
        image: bool,
        more: Mapping[str, str] | None = None,
        top: str = "",
    ) -> None:
        """Write the settings. image: enable the image tiny. more: lines of a table (image.tiny,
        users.NAME, state). top: the first line of the file.
        """
        more = more or {}
        lines = [top, SETTINGS, "[image.tiny]", f"enabled = {str(image).lower()}"]
        lines.append(more.get("image.tiny", ""))
        if "state" in more:
            lines += ["[state]", more["state"]]
        for user in users:
            lines += [f"[users.{user}]", more.get(f"users.{user}", "")]
        (self.folder / "studio.toml").write_text("\n".join(lines) + "\n")

    def start(self, *words: str, only_stdout: bool = False) -> "subprocess.Popen[str]":
        """Start ``studio`` or ``cdktf``."""
        self._logged_before = len(self.log)
        return subprocess.Popen(
            [BIN / words[0], *words[1:]],
            cwd=PROJECT,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if only_stdout else subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, code: int | Collection[int] = 0, only_stdout: bool = False) -> str:
        """Run a command; returns its output, and asserts its exit code."""
        good = {code} if isinstance(code, int) else code
        if words[0] == "studio" and not self.own_process:
            ended, printed = program.studio(
                *words[1:], environment=self._environment(), only_stdout=only_stdout
            )
            assert ended in good, printed + self.log[-5000:]
            return printed
        process = self.start(*words, only_stdout=only_stdout)
        try:
            printed, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert process.returncode in good, printed + self.log[-5000:]
        return printed

    def studio(
        self, *words: str, code: int | Collection[int] = 0, only_stdout: bool = False
    ) -> str:
        """Run a command of ``studio`` that has the flag --out."""
        out = ("--out", str(self.out))
        return self.run("studio", *words, *out, code=code, only_stdout=only_stdout)

    def up(self, *words: str, code: int = 0) -> str:
        return self.studio("up", "--yes", *words, code=code)

    def down(self) -> str:
        return self.studio("down", "--yes")

    def cdktf(self, *words: str, code: int = 0) -> str:
        return self.run("cdktf", *words, "--output", str(self.out), code=code)

    def synth(self) -> None:
        """Synthesize as ``studio`` does, only after a change."""
        with (
            patch.dict(os.environ, self._environment(), clear=True),
            patch.object(synthesis, "run_app", program.run_app),
        ):
            synthesis.synthesize(self.out, config=settings_file())

    def plan(self, stack: str) -> dict[str, list[str]]:
        """The planned actions by the address of the resource."""
        terraform = self._terraform(stack)
        # `studio up` does not initialize unchanged stacks.
        if not (terraform.folder / ".terraform").exists():
            terraform.run("init")
        return terraform.changes()

    def apply(self, stack: str) -> None:
        """Apply the plan of ``plan``."""
        self._terraform(stack).run("apply", CHANGES)

    def assert_nothing_to_do(self) -> None:
        """Assert that the plan of every stack is empty."""
        self.synth()
        assert {stack: plan for stack in self.stacks() if (plan := self.plan(stack))} == {}

    def changes(self) -> dict[str, dict[str, list[str]]]:
        """The planned actions of each stack that changes.

        Does not plan a stack again after an empty plan, unless its configuration or a state that it
        reads changed.
        """
        self.synth()
        found = {}
        for stack in (stack for level in levels(self.out) for stack in level):
            names = sorted({stack.name, *stack.dependencies})
            files = [self.folder / f"terraform.{name}.tfstate" for name in names]
            files.append(stack.folder / "cdk.tf.json")
            # A stack without resources may have no state.
            read = [file.read_bytes() if file.exists() else b"" for file in files]
            seen = hashlib.sha256(b"\0".join([stack.name.encode(), *read])).hexdigest()
            if seen in self._empty:
                continue
            if plan := self.plan(stack.name):
                found[stack.name] = plan
            else:
                self._empty.add(seen)
        return found

    def stacks(self) -> list[str]:
        return sorted(path.name for path in (self.out / "stacks").iterdir())

    def wait_for(self, pattern: str, process: "subprocess.Popen[str]") -> None:
        """Wait for ``pattern`` in the part of the log that the last command wrote."""
        deadline = time.monotonic() + SECONDS
        while not re.search(pattern, self.log[self._logged_before :]):
            assert process.poll() is None, f"ended before {pattern!r}: {self.log[-3000:]}"
            assert time.monotonic() < deadline, f"no {pattern!r}: {self.log[-3000:]}"
            time.sleep(0.05)

    def client(self, service: str) -> Any:
        """A client of boto3 with all permissions."""
        return client(service, self.aws.environment)

    def domain_id(self) -> str:
        (domain,) = self.client("sagemaker").list_domains()["Domains"]
        return str(domain["DomainId"])

    def create_space(self, name: str, *, owner: str) -> None:
        """Create a private space for JupyterLab, as a user does in Studio."""
        account.create_space(self.client("sagemaker"), self.domain_id(), name, owner)

    def start_app(self, space: str, resources: Mapping[str, str]) -> dict[str, str]:
        """Start JupyterLab, as a user does in Studio; returns the key of the app."""
        return account.start_app(self.client("sagemaker"), self.domain_id(), space, **resources)

    def _terraform(self, stack: str) -> Terraform:
        return Terraform(folder=self.out / "stacks" / stack, aws=self._aws)

    @property
    def _aws(self) -> dict[str, str]:
        return provider.as_installed(self.aws) if self.own_process else self.aws.environment

    def _environment(self) -> dict[str, str]:
        values = {
            name: value
            for name, value in toolbox.environment(toolbox.Toolbox.load()).items()
            if not name.startswith("AWS_") and name != "COLUMNS"
        }
        settings = {
            "STUDIO_CONFIG": str(self.folder / "studio.toml"),
            "STUDIO_IMAGES": str(self.folder / "image"),
        }
        return values | self._aws | settings
