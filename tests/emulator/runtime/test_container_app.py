"""Apps as containers of pushed images; skipped unless an engine can run a container."""

import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncssh
import psutil
import pytest

from studio_emulator.runtime.programs import Terminal
from tests.emulator.runtime.containers import ContainerStudio, log
from tests.emulator.runtime.running import USER, app_of, failure, gone, in_app, run
from tests.emulator.sessions.channels import eventually

pytestmark = pytest.mark.container


@pytest.fixture(scope="module")
def studio(container_studio: ContainerStudio) -> ContainerStudio:
    """A space with a running app and a lifecycle configuration."""
    hello = container_studio.script("hello", "#!/bin/sh\necho script in $PWD\n")
    container_studio.start(USER, "ml.t3.large", **hello, **container_studio.tiny)
    app = container_studio.app(USER) or {}
    assert app["Status"] == "InService", app
    return container_studio


def test_user_variables_and_network_of_a_container(studio: ContainerStudio) -> None:
    command = "id -u; id -g; pwd; echo $FROM_IMAGE $FROM_APP $SAGEMAKER_APP_TYPE; ls /sys/class/net"
    status, printed, errors = run(app_of(studio), f"{command}; cat /opt/ml/metadata/*; exit 3")
    lines = printed.splitlines()
    assert (status, errors) == (3, "")
    assert lines[:5] == ["1000", "100", "/home/sagemaker-user", "yes alice JupyterLab", "lo"]
    assert f'"DomainId": "{studio.domain_id}"' in lines[5]


def test_log_of_container_and_lifecycle_configuration(studio: ContainerStudio) -> None:
    assert eventually(lambda: log(studio) == ["started by alice"])
    assert log(studio, "/LifecycleConfigOnStart") == ["script in /home/sagemaker-user"]


def test_terminal_in_a_container(studio: ContainerStudio) -> None:
    async def use(ssh: asyncssh.SSHClientConnection) -> Any:
        command = "stty size; read line; exit 4"
        async with ssh.create_process(command, term_type="xterm", term_size=(90, 30)) as process:
            printed = await process.stdout.readline()
            process.stdin.write("\n")
            return printed.split(), (await process.wait()).exit_status

    assert in_app(app_of(studio), use) == (["30", "90"], 4)
    terminal, printed = Terminal(app_of(studio).launch("id -u; stty size")), b""
    terminal.resize(columns=100, rows=40)
    while piece := terminal.recv(1000):
        printed += piece
    terminal.close()
    assert printed.startswith(b"1000\r\n")


def test_killed_ssh_server_is_restarted(studio: ContainerStudio) -> None:
    def is_server(process: psutil.Process) -> bool:
        with suppress(psutil.NoSuchProcess):  # or a zombie
            return any("ssh_server" in word for word in process.cmdline())
        return False

    def servers() -> list[psutil.Process]:
        return [one for one in psutil.Process().children(recursive=True) if is_server(one)]

    killed = servers()
    assert killed
    for server in killed:
        server.kill()
    assert eventually(lambda: all(map(gone, killed)))
    assert run(app_of(studio), "id -u")[:2] == (0, "1000\n")
    assert (studio.app(USER) or {})["Status"] == "InService"


def test_container_does_not_reach_ports_of_the_machine(studio: ContainerStudio) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        async def use(ssh: asyncssh.SSHClientConnection) -> None:
            with pytest.raises(asyncssh.ChannelOpenError, match="Connect"):
                await ssh.open_connection("127.0.0.1", port)

        in_app(app_of(studio), use)
        with pytest.raises(ConnectionRefusedError):
            app_of(studio).connect_port(port)


def test_next_app_keeps_the_home_directory_and_sftp(
    studio: ContainerStudio, tmp_path: Path
) -> None:
    (tmp_path / "sent").write_bytes(bytes(range(256)))

    async def put(ssh: asyncssh.SSHClientConnection) -> None:
        async with ssh.start_sftp_client() as sftp:
            await sftp.put(tmp_path / "sent", "kept")

    async def get(ssh: asyncssh.SSHClientConnection) -> Any:
        async with ssh.start_sftp_client() as sftp:
            await sftp.get("/home/sagemaker-user/kept", tmp_path / "back")
            return await sftp.listdir("/opt/ml")

    in_app(app_of(studio), put)
    studio.stop(USER)
    studio.start(USER, "ml.t3.large", **studio.attach("other"))
    assert in_app(app_of(studio), get) == [".", "..", "metadata"]
    assert (tmp_path / "back").read_bytes() == bytes(range(256))
    studio.stop(USER)


def test_image_without_a_shell(studio: ContainerStudio) -> None:
    studio.stop(USER)
    bare = studio.attach_image("bare", ["sleep"], ["sleep", "600"])
    studio.start(USER, "ml.t3.large", **bare)
    assert run(app_of(studio), "id") == (127, "", "/bin/sh: no such file in the image\n")

    async def names(ssh: asyncssh.SSHClientConnection) -> Any:
        async with ssh.start_sftp_client() as sftp:
            return await sftp.listdir("/usr/bin")

    assert "sleep" in in_app(app_of(studio), names)
    terminal = Terminal(app_of(studio).launch(""))
    assert b"/bin/sh: no such file in the image" in terminal.recv(1000)
    terminal.close()
    studio.stop(USER)


@pytest.mark.parametrize(
    ("name", "main", "reason"),
    [
        ("wrong", "echo no such module >&2; exit 5", "ended with exit code 5: no such module"),
        ("ends", "echo done", "ended with exit code 0: done"),
    ],
)
def test_app_fails_when_its_container_ends(
    studio: ContainerStudio, name: str, main: str, reason: str
) -> None:
    studio.start(USER, "ml.t3.large", **studio.attach(name, main))
    assert failure(studio) == f"The container of the app {reason}"


def test_failed_lifecycle_configuration(studio: ContainerStudio) -> None:
    script = studio.script("broken", "#!/bin/sh\necho oh >&2\nexit 9")
    studio.start(USER, "ml.t3.large", **script, **studio.attach("unused"))
    assert failure(studio) == "The lifecycle configuration ended with exit code 9: oh"
