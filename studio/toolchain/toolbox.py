"""The folders and tools of `make setup`, and the environment of Terraform and cdktf: what of the
user's `TF_` variables they get. Standard library only.
"""

import json
import os
import platform
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from settings.paths import PROJECT

TOOLS = PROJECT / ".tools"
VENV = PROJECT / ".venv"
NODE_MODULES = PROJECT / "node_modules"
CHECKOV_VENV = TOOLS / "checkov"
SSH_HELPER_VENV = TOOLS / "ssh-helper"
JSII_CACHE = TOOLS / "jsii-cache"
IN_CLONE = (PROJECT / "Makefile").is_file()
"""Whether this is a clone of the project, not an installed package."""

MISSING = (
    "the tools are not there: run `make setup` first"
    if IN_CLONE
    else "this installation is the client (`studio connect`, `status`, `stop`, `doctor`); deploy "
    "from a clone of the project, after `make setup` there"
)
_QUIET = "--no-deprecation"
_OTHER_STATE_OR_FLAGS = ("TF_WORKSPACE", "TF_DATA_DIR", "TF_CLI_ARGS")
"""Prefixes of variables with which Terraform uses another state or other flags."""
_RECORD = TOOLS / "toolbox.json"
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True, kw_only=True)
class Toolbox:
    """The Terraform or OpenTofu binary, and its CLI configuration; None for the user's own."""

    terraform: str
    cli_config: str | None

    def save(self) -> None:
        TOOLS.mkdir(exist_ok=True)
        _RECORD.write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def load(cls) -> "Toolbox":
        """The recorded choice.

        Raises FileNotFoundError without a valid record, or if the recorded Terraform is missing:
        `make setup` must run again.
        """
        try:
            recorded = cls(**json.loads(_RECORD.read_text()))
        except (ValueError, TypeError):
            raise FileNotFoundError(_RECORD) from None
        if shutil.which(recorded.terraform) is None:
            raise FileNotFoundError(recorded.terraform)
        return recorded


def platform_name() -> str:
    """This machine in the names of Terraform's releases, such as linux_amd64."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{_MACHINES.get(machine, machine)}"


def environment(toolbox: Toolbox) -> dict[str, str]:
    """This process's environment, with the project's tools for cdktf, Terraform and jsii."""
    values = {
        name: value
        for name, value in os.environ.items()
        if name != "VIRTUAL_ENV" and not name.startswith(_OTHER_STATE_OR_FLAGS)
    }
    values["PATH"] = os.pathsep.join(
        [str(VENV / "bin"), str(NODE_MODULES / ".bin"), values.get("PATH", os.defpath)]
    )
    values["TERRAFORM_BINARY_NAME"] = toolbox.terraform
    values["CHECKPOINT_DISABLE"] = "1"
    # The cdktf CLI prints Node's deprecation warnings as errors.
    options = values.get("NODE_OPTIONS", "")
    if _QUIET not in options.split():
        values["NODE_OPTIONS"] = f"{options} {_QUIET}".strip()
    # By default, collecting the garbage of the provider's 13 MB of schema takes a fifth of the
    # processor time of each Terraform command. This takes 50 MB more memory.
    values.setdefault("GOGC", "400")
    values.setdefault("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(JSII_CACHE))
    if toolbox.cli_config:
        values["TF_CLI_CONFIG_FILE"] = toolbox.cli_config
    elif not Path(values.get("TF_CLI_CONFIG_FILE", "")).is_file():
        # Terraform and cdktf warn about a missing configuration file.
        values.pop("TF_CLI_CONFIG_FILE", None)
    return values
