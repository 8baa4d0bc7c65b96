"""Apps as processes: SSH sessions, home directories, end."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import asyncssh
import boto3
import psutil
import pytest

from studio_emulator.runtime import running_apps
from studio_emulator.server import Emulator
from tests.e2e.small_studio import SmallStudio
from tests.emulator.sessions.channels import Channel, closed, eventually

USER, OTHER = "alice", "bob"
# A process that survives its session and its parent.
DETACHED = "setsid sleep 600 < /dev/null > /dev/null 2>&1 & echo $!"


@pytest.fixture(scope="module")
def studio(aws_of_file: Emulator) -> Iterator[SmallStudio]:
    """Two spaces, one with a running app, in an emulator whose apps are processes."""
    aws_of_file.options.update({"apps": "processes", "speed": 1000})
    made = SmallStudio(aws_of_file, USER, OTHER)
    made.start(USER, "ml.t3.large")
    yield made
    running_apps.reset()


def app_of(studio: SmallStudio, user: str = USER) -> Any:
    """The running app of a user's space."""
    app = running_apps.app_of(studio.space_arn(user))
    assert app is not None
    return app


def in_app(studio: SmallStudio, use: Any, *, user: str = USER) -> Any:
    """Await `use(connection)` with an SSH connection to a user's app."""

    async def connected() -> Any:
        connection = app_of(studio, user).connect()
        async with asyncssh.connect(
            sock=connection, username="any", known_hosts=None, client_keys=None, config=None
        ) as ssh:
            return await use(ssh)

    return asyncio.run(connected())


def run(
    studio: SmallStudio, command: str, *, user: str = USER, **options: Any
) -> tuple[Any, Any, Any]:
    """The exit status, output and errors of a command in a user's app."""
    ended = in_app(studio, lambda ssh: ssh.run(command, timeout=60, **options), user=user)
    return ended.exit_status, ended.stdout, ended.stderr


def detached(studio: SmallStudio, user: str = USER) -> psutil.Process:
    return psutil.Process(int(run(studio, DETACHED, user=user)[1]))


def home_of(studio: SmallStudio, user: str = USER) -> Path:
    return Path(run(studio, "pwd", user=user)[1].strip())


def failure(studio: SmallStudio) -> str:
    """Wait until alice's app is Failed; the reason."""

    def app() -> Mapping[str, Any]:
        return studio.app(USER) or {}

    assert eventually(lambda: app()["Status"] == "Failed")
    return str(app()["FailureReason"])


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_command_in_an_empty_home(studio: SmallStudio) -> None:
    command = 'cat; ls -A; echo "$HOME $SAGEMAKER_APP_TYPE"; echo wrong >&2; exit 7'
    home = home_of(studio)
    assert run(studio, command, input="in\n") == (7, f"in\n{home} JupyterLab\n", "wrong\n")
    assert home.stat().st_mode & 0o777 == 0o700


def test_size_of_a_terminal(studio: SmallStudio) -> None:
    async def use(ssh: asyncssh.SSHClientConnection) -> Any:
        command = "stty size; read line; stty size"
        async with ssh.create_process(command, term_type="xterm", term_size=(90, 30)) as process:
            printed = await process.stdout.readline()
            process.change_terminal_size(100, 40)
            process.stdin.write("\n")
            return printed + await process.stdout.read()

    assert in_app(studio, use).split() == ["30", "90", "40", "100"]


def test_sftp(studio: SmallStudio, tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(bytes(range(256)))

    async def use(ssh: asyncssh.SSHClientConnection) -> None:
        async with ssh.start_sftp_client() as sftp:
            await sftp.put(tmp_path / "sent", "there")
            await sftp.get("there", tmp_path / "back")

    in_app(studio, use)
    assert (home_of(studio) / "there").read_bytes() == bytes(range(256))
    assert (tmp_path / "back").read_bytes() == bytes(range(256))


def test_forwards_reach_only_ports_of_loopback(studio: SmallStudio) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"here")

        threading.Thread(target=answer, daemon=True).start()

        async def use(ssh: asyncssh.SSHClientConnection) -> Any:
            with pytest.raises(asyncssh.ChannelOpenError):
                await ssh.open_connection("192.0.2.1", 443)
            reader, _ = await ssh.open_connection("127.0.0.1", server.getsockname()[1])
            return await reader.read()

        assert in_app(studio, use) == b"here"


@pytest.mark.slow
def test_home_exists_until_the_space_is_deleted(studio: SmallStudio) -> None:
    studio.start(OTHER, "ml.t3.large")
    home, process = home_of(studio, OTHER), detached(studio, OTHER)
    run(studio, "echo kept > file", user=OTHER)
    studio.stop(OTHER)
    assert gone(process)
    studio.start(OTHER, "ml.t3.large")
    assert run(studio, "cat file", user=OTHER)[1] == "kept\n"
    studio.stop(OTHER)
    studio.sagemaker.delete_space(DomainId=studio.domain_id, SpaceName=OTHER)
    listed = {"DomainIdEquals": studio.domain_id, "SpaceNameContains": OTHER}
    assert eventually(lambda: not studio.sagemaker.list_spaces(**listed)["Spaces"])
    assert not home.exists()


@pytest.mark.slow
def test_app_fails_when_its_process_ends(studio: SmallStudio) -> None:
    studio.stop(USER)
    studio.sagemaker.update_space(
        DomainId=studio.domain_id, SpaceName=USER, SpaceSettings={"RemoteAccess": "ENABLED"}
    )
    assert eventually(lambda: studio.space(USER)["Status"] == "InService")
    studio.start(USER, "ml.t3.large")
    process = detached(studio)
    space = studio.space_arn(USER)
    session = Channel(studio.sagemaker.start_session(ResourceIdentifier=space))
    assert session.recv().startswith(b"SSH-2.0-")
    run(studio, "kill -9 $PPID", check=False)

    assert failure(studio) == "The process of the app has ended."
    assert closed(session)[0] == 1000
    assert gone(process)
    studio.start(USER, "ml.t3.large")
    assert run(studio, "true")[0] == 0


def test_log_explains_that_the_image_does_not_run(studio: SmallStudio) -> None:
    group, stream = "/aws/sagemaker/studio", f"{studio.domain_id}/{USER}/JupyterLab/default"
    logs = studio.aws.client("logs")
    event, *_ = logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]
    assert "in an empty home directory" in event["message"]
    assert "do not run" in event["message"]


class Command:
    """The command `studio-emulator`, with the interface that SmallStudio uses."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "studio_emulator", "--speed", "1000", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip().partition("=")[2]

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", **keys)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["terminate", "kill"])
def test_cleanup_after_the_emulator_ends(end: str) -> None:
    command = Command()
    try:
        studio: Any = SmallStudio(command, USER)  # type: ignore[arg-type]
        studio.start(USER, "ml.t3.large")
        # Python starts short-lived programs to find libraries.
        started = psutil.Process(command.process.pid).children()
        (folder,) = {Path(word).parent for p in started for word in p.cmdline() if ".sock" in word}
        assert folder.is_dir()
    finally:
        getattr(command.process, end)()
        command.process.wait(60)
    assert eventually(lambda: not folder.exists() and all(map(gone, started)))
