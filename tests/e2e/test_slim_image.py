"""image/slim is built on a Debian base, started and deployed.

Not proven here, because CI reaches neither: the Amazon Linux base with its packages, and the SSM
agent, for which the base brings a stand-in (tests/e2e/base_image.py).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from settings.paths import PROJECT
from tests.e2e import base_image
from tests.e2e.base_image import Buildah
from tests.e2e.deployments import NewAccount, Studio

HOME = "/home/sagemaker-user"
SETTINGS = f"""\
features = ["connect"]
network.flow_logs = false
[image.slim]
build_args = {{ BASE = "{base_image.BASE}" }}
[users.alice]
connect = "ssh-helper"
"""
CONTRACT = {
    *("architecture", "size", "user", "home", "bash", "health", "network", "kernel", "terminal"),
    *("ssh-helper", "ssh-helper configured", "ssh configured", "sshd", "sudo", "ssm-agent"),
    *("session worker", "seelog.xml", "aws", "curl", "tar", "gzip", "unzip"),
}


@pytest.fixture(scope="module")
def buildah(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buildah]:
    base_image.need("buildah", "debootstrap", "unshare")
    found = Buildah(
        folder=tmp_path_factory.mktemp("buildah"), cache=base_image.cache(tmp_path_factory)
    )
    yield found
    found.clean()


@dataclass(frozen=True)
class Deployed:
    """A deployment with slim, and what `studio up` printed."""

    studio: Studio
    printed: str


@pytest.fixture(scope="module")
def deployed(
    buildah: Buildah, tmp_path_factory: pytest.TempPathFactory, new_account: NewAccount
) -> Deployed:
    it = Studio.in_folder(tmp_path_factory.mktemp("slim") / "deployment", new_account())
    shutil.copytree(PROJECT / "image" / "slim", it.folder / "image" / "slim")
    (it.folder / "studio.toml").write_text(SETTINGS)
    buildah.base()
    flags = shlex.join(["--isolation", "chroot", *buildah.flags])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIO_ENGINE", "buildah")
        patch.setenv("STUDIO_BUILDAH_FLAGS", flags)
        patch.setenv("TMPDIR", buildah.environment["TMPDIR"])
        return Deployed(it, it.up())


@pytest.fixture(scope="module")
def slim(deployed: Deployed) -> str:
    """The pushed image, in buildah's storage."""
    (tag,) = re.findall(r"with buildah, tag (\w+)", deployed.printed)
    (repository,) = re.findall(r"slim -> (\S+)@", deployed.printed)
    return f"{repository}:{tag}"


@pytest.fixture(scope="module")
def findings(buildah: Buildah, slim: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The results of `studio_probe` in a container without a network, with a home volume."""
    home = tmp_path_factory.mktemp("home")
    os.chown(home, 1000, 100)
    probe = tmp_path_factory.mktemp("probe")
    (probe / "probe.py").write_bytes(Path(__file__).with_name("studio_probe.py").read_bytes())
    for folder in (*probe.parents, probe):
        if folder.is_relative_to(tmp_path_factory.getbasetemp()):
            folder.chmod(0o755)
    entrypoint = buildah.configuration(slim)["Entrypoint"]
    assert isinstance(entrypoint, list)
    done = buildah.run(
        slim,
        ["python", "/probe/probe.py", *entrypoint],
        volumes={home: HOME, probe: "/probe"},
        user="1000:100",
        seconds=400,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def said(findings: Any, name: str) -> str:
    """The output of a successful shell command in the container."""
    answer = findings["shell"][name]
    assert answer["code"] == 0, answer
    return str(answer["out"])


def test_the_image_has_the_configuration_that_studio_runs(buildah: Buildah, slim: str) -> None:
    configuration = buildah.configuration(slim)
    assert configuration["User"] == "1000:100"
    assert configuration["WorkingDir"] == HOME
    # ContainerConfig accepts one item as the entrypoint.
    assert configuration["Entrypoint"] == ["/usr/local/bin/start-jupyterlab"]
    assert not configuration.get("Cmd")


def test_jupyterlab_answers_without_a_token(findings: Any) -> None:
    assert findings["page"] == 200
    assert findings["ids"] == [1000, 100]


def test_a_kernel_outside_the_home_folder_runs_a_cell(findings: Any) -> None:
    assert list(findings["specs"]["kernelspecs"]) == ["python3"]
    assert (
        findings["specs"]["kernelspecs"]["python3"]["spec"]["argv"][0] == "/opt/studio/bin/python"
    )
    assert findings["cell"].endswith("78 <class 'sagemaker.session.Session'>\n")


def test_a_terminal_opens_with_bash(findings: Any) -> None:
    assert "5.2" in findings["terminal"]


def test_idle_shutdown_reads_the_last_activity(findings: Any) -> None:
    assert findings["idle"]["lastActiveTimestamp"]


def test_the_programs_of_remote_access_exist(findings: Any) -> None:
    assert said(findings, "sudo") == "0\n"
    assert len(said(findings, "tools").splitlines()) == 7
    assert said(findings, "aws").startswith("aws-cli/2.")
    assert said(findings, "login").startswith(
        "/opt/studio/bin/sm-ssh-ide\n/opt/studio/bin/python\n"
    )
    assert said(findings, "pip") == ""


def test_ssh_helper_is_configured_and_starts_sshd_without_a_network(findings: Any) -> None:
    assert "Already configured" in said(findings, "configure")
    assert said(findings, "seelog")
    assert "127.0.0.1 ssh-ed25519 " in said(findings, "start")


def test_sshd_accepts_no_password_and_root_by_key_only(findings: Any) -> None:
    server = set(said(findings, "sshd").splitlines())
    assert server >= {
        "authorizedkeysfile /etc/ssh/authorized_keys",
        "clientaliveinterval 15",
        "passwordauthentication no",
        "permitrootlogin without-password",
    }


def test_the_image_has_no_host_key(findings: Any) -> None:
    assert said(findings, "host keys").strip() == "0"


def test_slim_is_built_checked_pushed_and_deployed(deployed: Deployed) -> None:
    it, printed = deployed.studio, deployed.printed
    assert "building for linux/amd64 with buildah" in printed
    assert held(printed) >= CONTRACT
    assert "FAILED" not in printed
    (pushed,) = re.findall(r"slim -> \S+@(sha256:[0-9a-f]{64})", printed)
    version = it.client("sagemaker").describe_image_version(ImageName="studio-slim", Version=1)
    assert version["ImageVersionStatus"] == "CREATED"
    assert version["ContainerImage"].endswith(f"@{pushed}")
    (image,) = it.client("ecr").describe_images(repositoryName="studio/slim")["imageDetails"]
    assert image["imageDigest"] == pushed


def held(printed: str) -> set[str]:
    """The checks that an image passed."""
    return set(re.findall(r"\bok +([\w. -]+): ", printed))
