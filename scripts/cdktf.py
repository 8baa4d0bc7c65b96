"""``cdktf``: HashiCorp's command, with the project's Node, Terraform and provider mirror.

In an installed package, which another app can use for its modules: the next cdktf on PATH.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from settings import UserError, load
from settings.paths import STUDIO_TOML, settings_file
from settings.versions import Versions
from studio.console import output
from studio.images.versions import pushed
from studio.lifecycle import identity
from studio.lifecycle.deployments import default_out
from studio.terraform.runner import load_toolbox
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
"""cdktf's options that take a value, except --output."""

_RETAINED = (
    'cdktf destroy: with domain.retention = "Retain", SageMaker\'s NFS security groups stay in the '
    "VPC, so AWS refuses to delete it: run `studio down` instead"
)


def main() -> NoReturn:
    """Replace this process by cdktf. Raises UserError for wrong settings or a missing set-up."""
    if not toolbox.IN_CLONE:
        os.execve(_next_on_path(), sys.argv, os.environ)
    program = toolbox.NODE_MODULES / ".bin" / "cdktf"
    if not program.exists():
        raise UserError(toolbox.MISSING)
    environment = toolbox.environment(load_toolbox()) | app_inputs(settings_file())
    words = in_its_folder(sys.argv[1:])
    _check(words)
    os.execve(program, ["cdktf", *without_lock(words)], environment)


def _next_on_path() -> str:
    for folder in os.get_exec_path():
        found = shutil.which("cdktf", path=folder)
        if found and Path(found).parent != Path(sys.executable).parent:
            return found
    raise UserError(f"no other cdktf on PATH, see npm's package cdktf-cli; {toolbox.MISSING}")


def _check(words: list[str]) -> None:
    """Report what main.py and Terraform would report later, between lines of cdktf."""
    verb, out, stacks = named(words)
    if verb in _SYNTHESIZING:
        make_folder(out)
        settings = load()
        versions = Versions.load(settings)
        if verb in _LOCKING:
            identity.check_state(settings, out=out)
            stores.require_ready(settings, out.parent, stacks=stacks)
        if verb == "destroy" and settings.domain.retention == "Retain":
            output.say(_RETAINED)
        if verb in _PLANNING:
            pushed.require_pushed(settings, versions, stacks=stacks)


def in_its_folder(words: list[str]) -> list[str]:
    """Add the deployment's folder as ``--output``, unless the words name another."""
    verb, _, _ = named(words)
    given = _parsed(words)[0].output is not None
    if verb not in _SYNTHESIZING or given or settings_file() == STUDIO_TOML:
        return words
    return [*words, "--output", str(default_out(load()))]


def without_lock(words: list[str]) -> list[str]:
    """Add the flag against a provider lock file, which would be lost in cdktf.out."""
    flag = "--skip-provider-lock"
    verb, _, _ = named(words)
    return [*words, flag] if verb in _LOCKING and flag not in words else words


def named(words: list[str]) -> tuple[str, Path, list[str]]:
    """cdktf's verb, or ""; the folder of the synthesized stacks; the stacks' patterns."""
    known, others = _parsed(words)
    verb, *stacks = [word for word in others if not word.startswith("-")] or [""]
    return verb, (known.output or _USUAL_OUT).resolve(), stacks or ["*"]


def _parsed(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-o", "--output", type=Path, nargs="?", const=_USUAL_OUT)
    for option in _WITH_VALUE:
        parser.add_argument(option, nargs="?")
    return parser.parse_known_args(words)
