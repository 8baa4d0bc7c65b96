"""The SSH server of an app that is a process: commands, terminals, files, forwards."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from studio_emulator.runtime.process_app import ProcessApp
from tests.emulator.runtime.running import in_app, run
from tests.emulator.sessions.channels import eventually


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessApp]:
    folder = tmp_path_factory.mktemp("app")
    home = folder / "home"
    home.mkdir()
    made = ProcessApp(
        mark=f"{os.getpid()}-tests/1",
        home=home,
        socket_path=folder / "1.sock",
        environment={"SAGEMAKER_APP_TYPE": "JupyterLab"},
    )
    yield made
    made.stop()


def test_command_in_an_empty_home_without_a_key(app: ProcessApp) -> None:
    command = 'cat; ls -A; echo "$HOME $SAGEMAKER_APP_TYPE"; echo wrong >&2; exit 7'
    assert run(app, command, input="in\n") == (7, f"in\n{app.home} JupyterLab\n", "wrong\n")
    assert run(app, "kill -9 $$")[0] == -1


def test_more_than_the_buffers_hold_comes_back_whole_while_it_is_sent(app: ProcessApp) -> None:
    lines = "".join(f"{number}\n" for number in range(400_000))
    code, printed, _ = run(app, "cat", input=lines)
    assert (code, printed == lines) == (0, True)


def test_variables_of_machine_and_client(app: ProcessApp) -> None:
    """The machine's PATH and the client's locale."""
    sent = {"LC_ALL": "C", "SECRET": "sent"}
    _, printed, _ = run(app, 'echo "$PATH$STUDIO_TESTS_FOLDER$SECRET $LC_ALL"', env=sent)
    assert printed == f"{os.environ['PATH']} C\n"


def test_command_gets_sighup_when_its_client_disconnects(app: ProcessApp, tmp_path: Path) -> None:
    async def use(ssh: asyncssh.SSHClientConnection) -> None:
        command = f"trap 'touch {tmp_path}/ended; exit' HUP; echo; sleep 60 & wait"
        process = await ssh.create_process(command)
        await process.stdout.readline()

    in_app(app, use)
    assert eventually((tmp_path / "ended").exists)


def test_size_of_a_terminal(app: ProcessApp) -> None:
    async def use(ssh: asyncssh.SSHClientConnection) -> Any:
        command = "stty size; read line; stty size"
        async with ssh.create_process(command, term_type="xterm", term_size=(90, 30)) as process:
            printed = await process.stdout.readline()
            process.change_terminal_size(100, 40)
            process.stdin.write("\n")
            return printed + await process.stdout.read()

    assert in_app(app, use).split() == ["30", "90", "40", "100"]


def test_sftp(app: ProcessApp, tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(bytes(range(256)))

    async def use(ssh: asyncssh.SSHClientConnection) -> None:
        async with ssh.start_sftp_client() as sftp:
            await sftp.put(tmp_path / "sent", "there")
            await sftp.get("there", tmp_path / "back")

    in_app(app, use)
    assert (app.home / "there").read_bytes() == bytes(range(256))
    assert (tmp_path / "back").read_bytes() == bytes(range(256))


def test_forwards_reach_only_ports_of_loopback(app: ProcessApp) -> None:
    with socket.create_server(("", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"here")

        threading.Thread(target=answer, daemon=True).start()

        async def use(ssh: asyncssh.SSHClientConnection) -> Any:
            with pytest.raises(asyncssh.ChannelOpenError):
                await ssh.open_connection("127.0.0.2", port)
            with pytest.raises(asyncssh.ChannelListenError):
                await ssh.forward_remote_port("", 0, "127.0.0.1", port)
            (await ssh.forward_remote_port("127.0.0.1", 0, "127.0.0.1", port)).close()
            reader, _ = await ssh.open_connection("127.0.0.1", port)
            return await reader.read()

        assert in_app(app, use) == b"here"
