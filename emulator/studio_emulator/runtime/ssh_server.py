"""The SSH server of an app, on a Unix socket: no key, any name; which forwards it refuses.

    python -m studio_emulator.runtime.ssh_server SOCKET PID

Like SageMaker's server for remote access, it requires no key: every user name logs in as the user
of this process. It serves commands, shells, SFTP, scp and forwards to ports of 127.0.0.1, in the
container of process PID unless PID is 0, and ends with its standard input. A second socket connects
to ports without SSH.
"""

import asyncio

# asyncio imports these modules on demand, and a container lacks them.
import concurrent.futures.thread  # noqa: F401
import contextlib
import encodings.idna  # noqa: F401
import fcntl
import os
import pty
import signal
import socket
import struct
import sys
import termios
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh

from studio_emulator.runtime import namespaces, processes
from studio_emulator.runtime.server_process import CONNECTED, ports_socket

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PIECE = 1 << 16
# AcceptEnv of Debian's sshd.
_ACCEPTED = ("LANG", "LC_")


class _Server(asyncssh.SSHServer):
    def begin_auth(self, *_: Any) -> bool:
        return False

    def connection_requested(self, dest_host: str, *_: Any) -> bool:
        return dest_host in _LOOPBACK

    def server_requested(self, listen_host: str, *_: Any) -> bool:
        return listen_host in _LOOPBACK

    def unix_connection_requested(self, *_: Any) -> bool:
        return True


class _Files(asyncssh.SFTPServer):
    def exit(self) -> None:
        # asyncssh sends no exit code, on which scp exits with 1.
        if self.channel.get_subsystem() == "sftp":
            self.channel.exit(0)


async def _run(process: asyncssh.SSHServerProcess[bytes]) -> None:
    """Run the client's command or a shell."""
    if process.subsystem:
        process.exit(127)
        return
    shell = processes.shell()
    words = [shell, "-c", process.command] if process.command else [shell, "-l"]
    given = {k: v for k, v in process.env.items() if k.startswith(_ACCEPTED)}
    environment = {**os.environ, **given}
    if agent := process.channel.get_agent_path():
        environment["SSH_AUTH_SOCK"] = agent
    if process.term_type:
        await _in_terminal(process, words, {**environment, "TERM": process.term_type})
        return
    pipe = asyncio.subprocess.PIPE
    try:
        child = await asyncio.create_subprocess_exec(
            *words, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
    except FileNotFoundError:
        process.stderr.write(f"{shell}: no such file in the image\n".encode())
        process.exit(127)
        return
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    await _relay(
        process,
        child,
        child.stdin,
        [_copy(child.stdout, process.stdout), _copy(child.stderr, process.stderr)],
    )


async def _in_terminal(
    process: asyncssh.SSHServerProcess[bytes], words: list[str], environment: dict[str, str]
) -> None:
    ours, theirs = pty.openpty()
    width, height, *pixels = process.term_size
    _resize(ours, width, height, *pixels)
    child = await asyncio.create_subprocess_exec(
        *words,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=partial(fcntl.ioctl, 0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await loop.connect_read_pipe(lambda: protocol, os.fdopen(os.dup(ours), "rb", 0))
    transport, flow = await loop.connect_write_pipe(
        asyncio.streams.FlowControlMixin, os.fdopen(ours, "wb", 0)
    )
    writer = asyncio.StreamWriter(transport, flow, None, loop)
    await _relay(process, child, writer, [_copy(reader, process.stdout)], terminal=ours)


async def _relay(
    process: asyncssh.SSHServerProcess[bytes],
    child: asyncio.subprocess.Process,
    into: asyncio.StreamWriter,
    copies: list[Coroutine[Any, Any, None]],
    *,
    terminal: int | None = None,
) -> None:
    """Relay bytes until the child has ended and its output is sent."""
    sending = asyncio.create_task(_send(process, child, into, terminal=terminal))
    hang_up = asyncio.create_task(_hang_up(process, child))
    outputs = [asyncio.create_task(copy) for copy in copies]
    status = await child.wait()
    await asyncio.gather(*outputs, return_exceptions=True)
    sending.cancel()
    hang_up.cancel()
    into.close()
    with contextlib.suppress(asyncssh.Error, OSError):
        if status >= 0:
            process.exit(status)
        else:
            process.exit_with_signal(signal.Signals(-status).name.removeprefix("SIG"))


async def _send(
    process: asyncssh.SSHServerProcess[bytes],
    child: asyncio.subprocess.Process,
    into: asyncio.StreamWriter,
    *,
    terminal: int | None,
) -> None:
    with contextlib.suppress(asyncssh.Error, OSError):
        while True:
            try:
                piece = await process.stdin.read(_PIECE)
            except asyncssh.TerminalSizeChanged as size:
                if terminal is not None:
                    _resize(terminal, size.width, size.height, size.pixwidth, size.pixheight)
                continue
            except asyncssh.SignalReceived as received:
                _signal(child, getattr(signal, f"SIG{received.signal}", signal.SIGTERM))
                continue
            if not piece:
                break
            into.write(piece)
            await into.drain()
        if terminal is None:
            into.close()
        else:
            into.write(b"\x04")


async def _copy(
    source: asyncio.StreamReader, target: asyncssh.SSHWriter[bytes] | asyncio.StreamWriter
) -> None:
    # After the end of its session, a terminal has the error EIO.
    with contextlib.suppress(OSError, asyncssh.Error):
        while piece := await source.read(_PIECE):
            target.write(piece)
            await target.drain()


async def _hang_up(
    process: asyncssh.SSHServerProcess[bytes], child: asyncio.subprocess.Process
) -> None:
    """Send SIGHUP to the child when the client disconnects."""
    await process.wait_closed()
    _signal(child, signal.SIGHUP)


def _signal(child: asyncio.subprocess.Process, number: signal.Signals) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)


def _resize(terminal: int, width: int, height: int, *pixels: int) -> None:
    size = struct.pack("HHHH", height, width, *pixels)
    with contextlib.suppress(OSError):
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)


async def _to_port(client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
    """Connect a client of the second socket to the port in its first two bytes."""
    with contextlib.closing(answer), contextlib.suppress(OSError, asyncio.IncompleteReadError):
        port = int.from_bytes(await client.readexactly(2), "big")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answer.write(CONNECTED)
        await asyncio.gather(_pass_on(client, writer), _pass_on(reader, answer))


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    await _copy(source, target)
    with contextlib.suppress(OSError):
        target.write_eof()


async def _serve(listener: socket.socket, ports: socket.socket, key: asyncssh.SSHKey) -> None:
    await asyncio.start_unix_server(_to_port, sock=ports)
    await asyncssh.listen(
        sock=listener,
        server_factory=_Server,
        server_host_keys=[key],
        process_factory=_run,
        sftp_factory=_Files,
        allow_scp=True,
        encoding=None,
        line_editor=False,
        compression_algs=None,
    )
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()


def main(path: str, pid: int) -> None:
    """Serve until standard input ends, then kill all processes of the app."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # an emulator under nohup ignores it
    key = asyncssh.generate_private_key("ssh-ed25519")
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as ports:
        # The backlog holds connections until the event loop runs.
        ports.bind(str(ports_socket(Path(path))))
        ports.listen()
        listener.bind(path)
        listener.listen()
        if pid:
            namespaces.enter(pid)
        asyncio.run(_serve(listener, ports, key))
    if not pid:  # the engine kills those in a container
        processes.kill_all(os.environ[processes.MARK])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
