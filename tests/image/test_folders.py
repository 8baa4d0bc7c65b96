"""The folders under image/ pin every input of an image."""

import json
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.names import AppType
from settings.paths import PROJECT
from studio.images.contract.requirements import environment
from tests.commands import write_program

IMAGES = PROJECT / "image"
FOLDERS = sorted(path.parent.name for path in IMAGES.glob("*/Dockerfile"))
USERS = {"slim": "1000:100", "distribution": "1000:100", "kernel-gateway": "0:0"}
PROGRAMS = {
    "slim": ["ssh/configure-ssh", "ssh/install-packages", "start-jupyterlab"],
    "distribution": ["ssh/configure-ssh", "ssh/install-packages", "start-app"],
    "kernel-gateway": [],
}
BY_CONTENT = re.compile(r"@sha256:[0-9a-f]{64}$")
WITHOUT_DIGEST = {("distribution", "BASE")}
"""Neither CI nor this project can read the digest of SageMaker Distribution."""
FULL_VERSION = re.compile(r":\d+\.\d+\.\d+[-.\w]*$")
A_REQUIREMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*==\d[\w.]*( \\)?")
A_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def instructions(name: str) -> Iterator[tuple[str, str]]:
    """Each instruction of the Dockerfile as keyword and arguments, with continued lines joined."""
    text = (IMAGES / name / "Dockerfile").read_text()
    without_comments = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    for line in re.sub(r"\\\n", " ", without_comments).splitlines():
        if line.strip():
            keyword, _, rest = line.partition(" ")
            yield keyword, rest.strip()


def arguments(name: str) -> dict[str, str]:
    """The default values of the build arguments."""
    given = [rest.partition("=") for keyword, rest in instructions(name) if keyword == "ARG"]
    return {key: value for key, _, value in given}


def locked(name: str) -> dict[str, list[str]]:
    """The hashes of each `package==version` in the lock file."""
    found: dict[str, list[str]] = {}
    hashes: list[str] = []
    for line in (IMAGES / name / "requirements.txt").read_text().splitlines():
        if A_HASH.fullmatch(line):
            hashes.append(line.split()[0])
        else:
            assert A_REQUIREMENT.fullmatch(line), line
            hashes = found[line.split()[0]] = []
    return found


@pytest.mark.parametrize("name", FOLDERS)
def test_every_locked_package_has_a_version_and_hashes(name: str) -> None:
    packages = locked(name)
    assert packages
    assert [package for package, hashes in packages.items() if not hashes] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_the_lock_file_has_the_required_packages(name: str) -> None:
    versions = dict(package.split("==") for package in locked(name))
    for line in (IMAGES / name / "requirements.in").read_text().splitlines():
        wanted = re.match(r"[\w-]+", line)
        if wanted is None:
            continue
        assert wanted[0] in versions, line
        if "==" in line:
            assert versions[wanted[0]] == line.partition("==")[2]


@pytest.mark.parametrize("name", FOLDERS)
def test_the_version_of_sagemaker_works_with_ssh_helper(name: str) -> None:
    versions = dict(package.split("==") for package in locked(name))
    assert int(versions.get("sagemaker", "2").partition(".")[0]) < 3


@pytest.mark.parametrize("name", FOLDERS)
def test_base_images_are_arguments_with_a_pinned_default(name: str) -> None:
    images = arguments(name)
    assert "BASE" in images
    for argument, image in images.items():
        pattern = FULL_VERSION if (name, argument) in WITHOUT_DIGEST else BY_CONTENT
        assert pattern.search(image), image
    stages = [rest.split()[0] for keyword, rest in instructions(name) if keyword == "FROM"]
    assert stages
    assert {stage.strip("${}") for stage in stages} == set(images)


def test_folders_with_the_same_base_image_have_the_same_digest() -> None:
    pins = [value for name in FOLDERS for value in arguments(name).values()]
    amazon = [pin for pin in pins if "amazonlinux" in pin]
    assert len(amazon) == 3
    assert len(set(amazon)) == 1


@pytest.mark.parametrize("name", FOLDERS)
def test_every_download_has_a_hash(name: str) -> None:
    for keyword, rest in instructions(name):
        assert keyword != "ADD", rest
        for line in rest.split("&&"):
            if "pip install" in line:
                assert "--require-hashes" in line
    for path in (IMAGES / name).rglob("*"):
        if path.is_file():
            # Comments and help can contain URLs; a download needs one of these commands.
            text = re.sub(r"^\s*#.*$", "", path.read_text(), flags=re.MULTILINE)
            assert not re.search(r"\b(curl|wget)\b[^\n]*https?:|:latest\b|/latest/", text), path


@pytest.mark.parametrize("name", FOLDERS)
def test_the_last_user_is_the_user_of_the_app_image_config(name: str) -> None:
    users = [rest for keyword, rest in instructions(name) if keyword == "USER"]
    assert users[-1] == USERS[name]


@pytest.mark.parametrize("name", FOLDERS)
def test_copied_programs_are_executable_with_any_umask(name: str) -> None:
    copied = [rest.split() for keyword, rest in instructions(name) if keyword == "COPY"]
    kept = [words for words in copied if "/opt/studio-build/" not in words]
    ours = [words for words in kept if not words[0].startswith("--from=")]
    assert [words[0] for words in ours] == ["--chmod=0755"] * len(ours)
    assert {words[1] for words in ours} == {
        program for program in PROGRAMS[name] if not program.startswith("ssh/")
    }


@pytest.mark.parametrize("name", FOLDERS)
def test_an_entrypoint_is_one_program(name: str) -> None:
    given = dict(instructions(name))
    if name == "kernel-gateway":
        assert "ENTRYPOINT" not in given
    else:
        assert len(json.loads(given["ENTRYPOINT"])) == 1


@pytest.mark.parametrize("name", FOLDERS)
def test_no_file_changes_the_folders_of_studio(name: str) -> None:
    for path in (IMAGES / name).rglob("*"):
        if path.is_file():
            assert not re.search(
                r"/opt/(\.sagemakerinternal|ml)\b|/var/log/studio", path.read_text()
            ), path


@pytest.mark.parametrize(
    "program", [f"{name}/{path}" for name, paths in PROGRAMS.items() for path in paths]
)
def test_programs_are_executable_and_parse(program: str) -> None:
    path = IMAGES / program
    assert path.stat().st_mode & stat.S_IXUSR
    subprocess.run(["sh", "-n", path], check=True, timeout=10)


@pytest.mark.parametrize(
    ("app_type", "entrypoint"),
    [
        (AppType.CODE_EDITOR, "entrypoint-code-editor"),
        (AppType.JUPYTER_LAB, "entrypoint-jupyter-server"),
    ],
)
def test_distribution_starts_the_requested_app(
    tmp_path: Path, app_type: AppType, entrypoint: str
) -> None:
    for name in ("entrypoint-code-editor", "entrypoint-jupyter-server"):
        write_program(tmp_path / name, '#!/bin/sh\necho "$(basename "$0") $*"\n')
    done = subprocess.run(
        [IMAGES / "distribution/start-app", "--flag"],
        # The check sets the same variables as Studio.
        env={**environment(app_type, region="us-east-1"), "PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    assert done.stdout == f"{entrypoint} --flag\n"


def test_distribution_and_slim_have_the_same_ssh_layer() -> None:
    def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
        return {path.name: (path.read_bytes(), path.stat().st_mode) for path in folder.iterdir()}

    assert contents(IMAGES / "distribution/ssh") == contents(IMAGES / "slim/ssh")


@pytest.mark.parametrize(
    ("agent", "cli", "says"),
    [
        ("3.3.4624.0", "2.33.15", ""),
        ("3.3.5226.0", "2.36.47", ""),
        ("3.3.999.0", "2.33.15", "amazon-ssm-agent 3.3.999.0 is older than 3.3.4624.0"),
        ("3.3.4624.0", "2.9.1", "awscli-2 2.9.1 is older than 2.33.15"),
    ],
)
def test_old_packages_fail_the_build(tmp_path: Path, agent: str, cli: str, says: str) -> None:
    for name, text in (
        ("dnf", "exit 0"),
        ("rpm", f'case "$*" in *ssm-agent) echo {agent} ;; *) echo {cli} ;; esac'),
    ):
        write_program(tmp_path / name, f"#!/bin/sh\n{text}\n")
    done = subprocess.run(
        [IMAGES / "slim/ssh/install-packages"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=10,
    )
    assert (done.returncode, says in done.stderr) == (1 if says else 0, True)
    assert f"amazon-ssm-agent {agent}" in done.stdout + done.stderr
