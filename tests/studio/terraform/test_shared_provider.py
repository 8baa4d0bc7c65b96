"""A provider process for several Terraform commands."""

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from studio.terraform.shared_provider import REATTACH, shared_provider
from tests.studio.terraform.provider import PRINTED, RUNNING, install


@pytest.mark.skipif(sys.platform != "linux", reason="Go reads SSL_CERT_FILE on Linux")
def test_terraform_uses_the_running_provider(tmp_path: Path) -> None:
    env = tmp_path / "env"
    install(tmp_path, f"env > {env}; {RUNNING}")
    given = {"PATH": "/usr/bin:/bin", "AWS_ENDPOINT_URL": "emulated", "AWS_CA_BUNDLE": "bundle"}
    with shared_provider(tmp_path, env=given) as found:
        attached = json.loads(found[REATTACH])
    assert attached["registry.terraform.io/hashicorp/aws"] == {"Protocol": "grpc", "Pid": 7}
    assert attached["registry.opentofu.org/hashicorp/aws"] == {"Protocol": "grpc", "Pid": 7}
    assert "AWS_ENDPOINT_URL=emulated" in env.read_text()
    assert "AWS_CA_BUNDLE" not in env.read_text()
    assert "SSL_CERT_FILE=bundle" in env.read_text()


def test_a_reattached_provider_is_not_replaced(tmp_path: Path) -> None:
    install(tmp_path, f"touch {tmp_path}/started; {RUNNING}")
    with shared_provider(tmp_path, env={"PATH": "/usr/bin:/bin", REATTACH: PRINTED}) as found:
        assert found == {}
    assert not (tmp_path / "started").exists()


def test_a_killed_command_leaves_no_provider(tmp_path: Path) -> None:
    install(tmp_path, f"echo $$ > {tmp_path}/pid; {RUNNING}")
    program = (
        "import pathlib, sys, time\n"
        "from studio.terraform.shared_provider import shared_provider\n"
        "with shared_provider(pathlib.Path(sys.argv[1]), env={'PATH': '/usr/bin:/bin'}):\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(600)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"ready\n"
        provider = psutil.Process(int((tmp_path / "pid").read_text()))
        assert provider.is_running()
        killed.kill()
    provider.wait(timeout=60)


@pytest.mark.parametrize("script", ["exit 1", None])
def test_terraform_starts_its_own_provider_without_a_shared_one(
    tmp_path: Path, script: str | None
) -> None:
    if script is not None:
        install(tmp_path, script)
    with shared_provider(tmp_path, env={"PATH": "/usr/bin:/bin"}) as found:
        assert found == {}
