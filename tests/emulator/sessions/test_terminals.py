"""Shells and commands of sessions on a node that is a process."""

import json
from typing import Any

import psutil
import pytest

from studio_emulator.runtime import running_apps
from studio_emulator.runtime.process_app import ProcessApp
from studio_emulator.sessions.messages import Flag, PayloadType
from tests.emulator.sessions.channels import Channel, closed, eventually, session_threads

pytestmark = pytest.mark.usefixtures("processes")


def until(channel: Channel, text: bytes) -> bytes:
    """The output up to this text."""
    printed = b""
    while text not in printed:
        printed += channel.recv()
    return printed


def test_shell_of_a_node_in_a_terminal_and_its_own_home(ssm: Any, node: str) -> None:
    shell = Channel(ssm.start_session(Target=node), handshake=False)
    shell.send_binary(b'printf "[%s]" $((6*7)) "$PWD" "$(tty)"\n')
    printed = until(shell, b"[/dev/pts/")
    app = running_apps.app_of(node)
    assert isinstance(app, ProcessApp)
    assert b"[42]" in printed
    assert f"[{app.home}]".encode() in printed
    shell.send_binary(b"exit\n")
    assert closed(shell)[0] == 1000
    assert eventually(lambda: not session_threads())


def test_size_of_the_terminal(ssm: Any, node: str) -> None:
    shell = Channel(ssm.start_session(Target=node), handshake=False)
    for columns, rows in ((101, 31), (77, 22)):
        size = json.dumps({"cols": columns, "rows": rows}).encode()
        shell.send_binary(size, PayloadType.SIZE)
        shell.send_binary(b"stty size\n")
        until(shell, f"{rows} {columns}".encode())
    shell.send_binary(b"no size", PayloadType.SIZE)
    shell.send_binary(b"echo $((1+1))still\n")
    until(shell, b"2still")
    shell.close()


def test_interactive_command_ends_with_its_session(ssm: Any, node: str) -> None:
    command = {"command": ["echo pid=$$.; exec sleep 600"]}
    session = Channel(
        ssm.start_session(
            Target=node, DocumentName="AWS-StartInteractiveCommand", Parameters=command
        ),
        handshake=False,
    )
    printed = until(session, b".\r\n")
    process = psutil.Process(int(printed.partition(b"pid=")[2].partition(b".")[0]))
    flag = Flag.TERMINATE_SESSION.to_bytes(4, "big")
    session.send_binary(flag, PayloadType.FLAG)
    assert closed(session)[0] == 1000
    assert eventually(lambda: not process.is_running())


def run_command(ssm: Any, node: str, command: str) -> Channel:
    document, parameters = "AWS-StartNonInteractiveCommand", {"command": [command]}
    return Channel(ssm.start_session(Target=node, DocumentName=document, Parameters=parameters))


def test_command_without_a_terminal(ssm: Any, node: str) -> None:
    session = run_command(ssm, node, "tty; cat; echo wrong >&2; echo last")
    assert until(session, b"last\n") == b"not a tty\nwrong\nlast\n"
    assert closed(session)[0] == 1000
    assert eventually(lambda: not session_threads())


def test_ctrl_c_ends_a_command_without_a_terminal(ssm: Any, node: str) -> None:
    session = run_command(ssm, node, "echo $$; exec sleep 600")
    process = psutil.Process(int(until(session, b"\n")))
    session.send_binary(b"ignored")
    session.send_binary(b"\x03")
    assert closed(session)[0] == 1000
    assert eventually(lambda: not process.is_running())
