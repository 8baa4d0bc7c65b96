"""Where set-up leaves the tools, and which ones it chose. Standard library only."""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from studio.console.output import say as say

PROJECT = Path(__file__).resolve().parents[2]
TOOLS = PROJECT / ".tools"
VENV = PROJECT / ".venv"
NODE_MODULES = PROJECT / "node_modules"
CHECKOV_VENV = TOOLS / "checkov"
SSH_HELPER_VENV = TOOLS / "ssh-helper"
JSII_CACHE = TOOLS / "jsii-cache"
MISSING = (
    "the tools are not there: run `make setup` first"
    if (PROJECT / "Makefile").is_file()
    else "this installation is the client (`studio connect`, `status`, `stop`, `doctor`); deploy "
    "from a clone of the project, after `make setup` there"
)
_QUIET = "--no-deprecation"
_OTHER_STATE_OR_FLAGS = ("TF_WORKSPACE", "TF_DATA_DIR", "TF_CLI_ARGS")
"""Variables, by how their names begin, with which Terraform would use another state or more flags
than the command that runs it knows."""
_RECORD = TOOLS / "toolbox.json"


@dataclass(frozen=True, kw_only=True)
class Toolbox:
    """What set-up chose: the Terraform (or OpenTofu) binary and its CLI configuration.

    ``cli_config`` is None where the user's own configuration of Terraform is to be used.
    """

    terraform: str
    cli_config: str | None

    def save(self) -> None:
        """Record the choice, replacing an earlier one."""
        TOOLS.mkdir(exist_ok=True)
        _RECORD.write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def load(cls) -> "Toolbox":
        """What set-up recorded; raises FileNotFoundError where it has to run again.

        That is where it has not run, where its record is damaged, and where the Terraform that it
        chose has been removed since.
        """
        try:
            recorded = cls(**json.loads(_RECORD.read_text()))
        except (ValueError, TypeError):
            raise FileNotFoundError(_RECORD) from None
        if shutil.which(recorded.terraform) is None:
            raise FileNotFoundError(recorded.terraform)
        return recorded


def environment(toolbox: Toolbox) -> dict[str, str]:
    """This process's environment, such that cdktf, Terraform and jsii find the project's tools."""
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
    # The cdktf command line prints what Node deprecates as errors of its own, in red.
    options = values.get("NODE_OPTIONS", "")
    if _QUIET not in options.split():
        values["NODE_OPTIONS"] = f"{options} {_QUIET}".strip()
    values["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "20"
    # A fifth of the processor time of every Terraform command went into collecting the garbage of
    # the provider's 13 MB of schema, for 50 MB of memory.
    values.setdefault("GOGC", "400")
    values.setdefault("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(JSII_CACHE))
    if toolbox.cli_config:
        values["TF_CLI_CONFIG_FILE"] = toolbox.cli_config
    elif not Path(values.get("TF_CLI_CONFIG_FILE", "")).is_file():
        # Terraform and cdktf warn on every call about a configuration file that is not there.
        values.pop("TF_CLI_CONFIG_FILE", None)
    return values
