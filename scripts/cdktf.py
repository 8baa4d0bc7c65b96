"""``cdktf``: the real command line, with the project's Node, Terraform and provider mirror."""

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from scripts import driver
from settings import UserError, load
from settings.paths import STUDIO_TOML, settings_file
from settings.versions import Versions
from studio.images.versions import pushed
from studio.lifecycle import identity
from studio.lifecycle.deployments import default_out
from studio.terraform.state import stores
from studio.terraform.synthesis import app_inputs, make_folder
from studio.toolchain import toolbox

_USUAL_OUT = Path("cdktf.out")
_PLANNING = frozenset({"deploy", "apply", "diff", "plan"})
_LOCKING = _PLANNING | {"destroy"}
_SYNTHESIZING = _LOCKING | {"synth", "list", "output", "watch"}
_WITH_VALUE = (
    "-a", "--app", "--outputs-file", "--parallelism", "--terraform-parallelism", "--var",
    "--var-file", "--log-level", "--log-file-directory", "--context-json",
    "--experimental-provider-schema-cache-path",
)  # fmt: skip
"""cdktf's options that take the next word, beside --output; wherever they stand."""

_RETAINED = (
    'cdktf destroy: with domain.retention = "Retain" SageMaker\'s NFS security groups stay in the '
    "VPC, which cannot be deleted then: `studio down` destroys what can be"
)


def main() -> NoReturn:
    """Become cdktf. Raises UserError for wrong settings, and where set-up has not run."""
    words = sys.argv[1:]
    program = toolbox.NODE_MODULES / ".bin" / "cdktf"
    try:
        chosen = toolbox.Toolbox.load()
    except FileNotFoundError:
        chosen = None
    if chosen is None or not program.exists():
        raise UserError(toolbox.MISSING)
    words = in_its_folder(words)
    _check(words)
    environment = toolbox.environment(chosen) | app_inputs(settings_file())
    os.execve(program, ["cdktf", *without_lock(words)], environment)


def _check(words: list[str]) -> None:
    """What main.py and Terraform would say later, in the middle of what cdktf makes of it."""
    verb, out, stacks = named(words)
    if verb in _SYNTHESIZING:
        make_folder(out)
        settings = load()
        versions = Versions.load(settings)
        if verb in _LOCKING:
            identity.check(settings, out=out)
            stores.check(settings, out.parent, stacks=stacks)
        if verb == "destroy" and settings.domain.retention == "Retain":
            toolbox.say(_RETAINED)
        if verb in _PLANNING:
            pushed.require_pushed(settings, versions, stacks=stacks)


def in_its_folder(words: list[str]) -> list[str]:
    """``words`` such that cdktf works in the deployment's folder, unless they name another."""
    verb, _, _ = named(words)
    given = _parsed(words)[0].output is not None
    if verb not in _SYNTHESIZING or given or settings_file() == STUDIO_TOML:
        return words
    return [*words, "--output", str(default_out(load()))]


def without_lock(words: list[str]) -> list[str]:
    """``words`` such that cdktf makes no lock file: in cdktf.out it would be lost."""
    flag = "--skip-provider-lock"
    verb, _, _ = named(words)
    return [*words, flag] if verb in _LOCKING and flag not in words else words


def named(words: list[str]) -> tuple[str, Path, list[str]]:
    """The verb among these words, the folder of the synthesized stacks, and the stacks' patterns.

    The verb is "" where there is none.
    """
    known, others = _parsed(words)
    verb, *stacks = [word for word in others if not word.startswith("-")] or [""]
    return verb, (known.output or _USUAL_OUT).resolve(), stacks or ["*"]


def _parsed(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-o", "--output", type=Path, nargs="?", const=_USUAL_OUT)
    for option in _WITH_VALUE:
        parser.add_argument(option, nargs="?")
    return parser.parse_known_args(words)


if __name__ == "__main__":
    sys.exit(driver.run("cdktf", main))
