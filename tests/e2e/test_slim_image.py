"""image/slim is built on a Debian base, started and deployed.

Not proven here, because CI reaches neither: the Amazon Linux base with its packages, and the SSM
agent, for which the base brings a stand-in (tests/e2e/base_image.py).
"""

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from settings.paths import PROJECT
from tests.e2e import base_image
from tests.e2e.base_image import Buildah
from tests.e2e.deployments import NewAccount, Studio

SETTINGS = f"""\
features = ["connect"]
network.flow_logs = false
[image.slim]
build_args = {{ BASE = "{base_image.BASE}" }}
[users.alice]
connect = "ssh-helper"
"""
SERVER = "http://127.0.0.1:8888/jupyterlab/default"
SHELL = {
    "idle": "start-jupyterlab > /tmp/log 2>&1 < /dev/null &"
    f" timeout 120 sh -c 'until curl -fs {SERVER}/api/idle; do sleep 0.2; done'",
    "page": f"curl -fs {SERVER}/lab",
    "another origin": f"curl -fs -H 'Origin: https://studio.example' {SERVER}/api/status",
    "packages": "python -c 'import boto3, numpy, pandas, sagemaker, sagemaker_ssh_helper.wrapper'"
    " > /dev/null",
    "sudo": "sudo -n id -u",
    "host keys": "ls /etc/ssh/ | grep -c ssh_host || true",
    "tools": "command -v curl tar gzip unzip ssh-keygen jq perl",
    "aws": "aws --version",
    "sshd": "sudo ssh-keygen -A && sudo /usr/sbin/sshd -T | sort",
    "configure": "sudo sm-ssh-ide configure --ssh-only",
    "login": "bash -lc 'command -v sm-ssh-ide python && pip check'",
    "pip": "test -w /opt/studio/lib/python3.11/site-packages",
    "start": "sudo sm-save-env"
    " && sudo -E bash -lc '. sm-helper-functions; _locale_gen; _start_sshd'"
    # sshd detaches before it listens.
    " && timeout 30 sh -c"
    " 'until ssh-keyscan -t ed25519 127.0.0.1 2>/dev/null | grep .; do sleep 0.2; done'",
}
PROBE = """
import json, subprocess, sys
found = {}
for name, command in json.loads(sys.argv[1]).items():
    words = ["bash", "-c", command]
    done = subprocess.run(words, capture_output=True, text=True, timeout=150)
    found[name] = done.returncode, done.stdout, done.stderr
print(json.dumps(found))
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


@pytest.fixture(scope="module")
def deployed(
    buildah: Buildah, tmp_path_factory: pytest.TempPathFactory, new_account: NewAccount
) -> tuple[Studio, str]:
    """A deployment with slim, and what `studio up` printed."""
    it = Studio.in_folder(tmp_path_factory.mktemp("slim") / "deployment", new_account())
    shutil.copytree(PROJECT / "image" / "slim", it.folder / "image" / "slim")
    (it.folder / "studio.toml").write_text(SETTINGS)
    buildah.base()
    flags = shlex.join(["--isolation", "chroot", *buildah.flags])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIO_ENGINE", "buildah")
        patch.setenv("STUDIO_BUILDAH_FLAGS", flags)
        patch.setenv("TMPDIR", buildah.environment["TMPDIR"])
        return it, it.up()


@pytest.fixture(scope="module")
def slim(deployed: tuple[Studio, str]) -> str:
    """The pushed image, in buildah's storage."""
    _, printed = deployed
    (tag,) = re.findall(r"with buildah, tag (\w+)", printed)
    (repository,) = re.findall(r"slim -> (\S+)@", printed)
    return f"{repository}:{tag}"


@pytest.fixture(scope="module")
def findings(buildah: Buildah, slim: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Exit code, output and errors of SHELL in a container without network, with a home volume."""
    home = tmp_path_factory.mktemp("home")
    os.chown(home, 1000, 100)
    done = buildah.run(slim, ["python", "-c", PROBE, json.dumps(SHELL)], home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def said(findings: Any, name: str) -> str:
    """The output of a successful command in the container."""
    code, printed, errors = findings[name]
    assert code == 0, errors
    return str(printed)


def test_jupyterlab_answers_idle_shutdown_and_the_proxy_of_studio(findings: Any) -> None:
    assert json.loads(said(findings, "idle"))["lastActiveTimestamp"]
    assert said(findings, "page").startswith("<!doctype html>")
    assert json.loads(said(findings, "another origin"))["started"]


def test_the_programs_of_remote_access_exist(findings: Any) -> None:
    assert said(findings, "sudo") == "0\n"
    assert len(said(findings, "tools").splitlines()) == 7
    assert said(findings, "aws").startswith("aws-cli/2.")
    assert said(findings, "login").startswith(
        "/opt/studio/bin/sm-ssh-ide\n/opt/studio/bin/python\n"
    )
    assert said(findings, "pip") == said(findings, "packages") == ""


def test_ssh_helper_is_configured_and_starts_sshd_without_a_network(findings: Any) -> None:
    assert "Already configured" in said(findings, "configure")
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


def test_slim_is_built_checked_pushed_and_deployed(deployed: tuple[Studio, str]) -> None:
    it, printed = deployed
    assert "building for linux/amd64 with buildah" in printed
    passed = re.findall(r"\bok +([\w. -]+): ", printed)
    assert set(passed) >= CONTRACT
    assert "FAILED" not in printed
    (pushed,) = re.findall(r"slim -> \S+@(sha256:[0-9a-f]{64})", printed)
    version = it.client("sagemaker").describe_image_version(ImageName="studio-slim", Version=1)
    assert version["ImageVersionStatus"] == "CREATED"
    assert version["ContainerImage"].endswith(f"@{pushed}")
    (image,) = it.client("ecr").describe_images(repositoryName="studio/slim")["imageDetails"]
    assert image["imageDigest"] == pushed
