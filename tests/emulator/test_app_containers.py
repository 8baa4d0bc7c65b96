"""Apps as containers of pushed images; skipped unless an engine can run a container."""

import base64
import os
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncssh
import psutil
import pytest

from studio.processes import ending
from studio_emulator import registry
from studio_emulator.moto_internals import ecr_backends
from studio_emulator.runtime import engine, running_apps
from studio_emulator.runtime.container_start import LIMITS
from studio_emulator.runtime.terminal import Terminal
from studio_emulator.server import Emulator
from tests.e2e.small_studio import SmallStudio
from tests.emulator import host_image
from tests.emulator.samples import ACCOUNT, REGION, settled
from tests.emulator.sessions import channels
from tests.emulator.sessions.channels import eventually
from tests.emulator.test_app_runtime import USER, Command, app_of, failure, gone, in_app, run

pytestmark = pytest.mark.container

MAIN = "echo started by $FROM_APP; exec sleep 600"
SECONDS = 120.0


@pytest.fixture(scope="module")
def engine_here() -> engine.Engine:
    """The engine of this machine, or skip."""
    try:
        return engine.find()
    except engine.EngineError as error:
        pytest.skip(str(error))


class ContainerStudio(SmallStudio):
    """A space of alice, and images for its app."""

    def __init__(self, aws: Emulator) -> None:
        super().__init__(aws, USER)

    def attach(self, name: str, main: str = MAIN, *programs: str) -> dict[str, str]:
        """Push an image with a shell and attach it to alice; its member of ResourceSpec."""
        every = [*host_image.PROGRAMS, *programs]
        return self.attach_image(name, every, ["/bin/sh", "-c", main])

    def attach_image(
        self, name: str, programs: Sequence[str], entrypoint: Sequence[str]
    ) -> dict[str, str]:
        """Push an image of these programs and attach it to alice; its member of ResourceSpec."""
        uri = host_image.push(self.aws, f"studio/{name}", programs, Entrypoint=entrypoint)
        sagemaker, of = self.sagemaker, {"DomainId": self.domain_id}
        role = sagemaker.describe_domain(**of)["DefaultUserSettings"]["ExecutionRole"]
        image = sagemaker.create_image(ImageName=name, RoleArn=role)
        settled(lambda: sagemaker.describe_image(ImageName=name), "ImageStatus")
        sagemaker.create_image_version(
            ImageName=name, BaseImage=uri, ClientToken=name.ljust(36, "x")
        )
        settled(lambda: sagemaker.describe_image_version(ImageName=name), "ImageVersionStatus")
        container = {"ContainerEnvironmentVariables": {"FROM_APP": "alice"}}
        sagemaker.create_app_image_config(
            AppImageConfigName=name, JupyterLabAppImageConfig={"ContainerConfig": container}
        )
        attached = [{"ImageName": name, "AppImageConfigName": name}]
        settings = {"JupyterLabAppSettings": {"CustomImages": attached}}
        profile = {**of, "UserProfileName": USER}
        sagemaker.update_user_profile(**profile, UserSettings=settings)
        described = sagemaker.describe_user_profile
        assert eventually(lambda: described(**profile)["Status"] == "InService")
        return {"SageMakerImageArn": image["ImageArn"]}

    def script(self, name: str, content: str) -> dict[str, str]:
        """Create a lifecycle configuration; its member of ResourceSpec."""
        made = self.sagemaker.create_studio_lifecycle_config(
            StudioLifecycleConfigName=name,
            StudioLifecycleConfigContent=base64.b64encode(content.encode()).decode(),
            StudioLifecycleConfigAppType="JupyterLab",
        )
        return {"LifecycleConfigArn": made["StudioLifecycleConfigArn"]}


def log(studio: ContainerStudio, suffix: str = "") -> list[str]:
    stream = f"{studio.domain_id}/{USER}/JupyterLab/default{suffix}"
    logs = studio.aws.client("logs")
    named = {"logGroupName": "/aws/sagemaker/studio", "logStreamName": stream}
    return [event["message"] for event in logs.get_log_events(**named)["events"]]


@pytest.fixture(scope="module")
def studio(aws_of_file: Emulator, engine_here: engine.Engine) -> Iterator[ContainerStudio]:
    """A space with a running app and a lifecycle configuration."""
    aws_of_file.options.update({"apps": "containers", "speed": 1000})
    made = ContainerStudio(aws_of_file)
    hello = made.script("hello", "#!/bin/sh\necho script in $PWD\n")
    tiny = made.attach("tiny")
    require_containers(engine_here)
    made.start(USER, "ml.t3.large", **hello, **tiny)
    assert (made.app(USER) or {})["Status"] == "InService", made.app(USER)
    yield made
    running_apps.reset()


def require_containers(here: engine.Engine) -> None:
    """Skip unless the engine can run a container of the pushed image."""
    repository = ecr_backends[ACCOUNT][REGION].repositories["studio/tiny"]
    pushed = registry.find_image(ACCOUNT, REGION, f"{repository.uri}:v1")
    assert pushed is not None
    name = f"localhost/{engine.PREFIX}-{os.getpid()}-tried:v1"
    try:
        here.load(lambda target: pushed.write_archive(name, target))
        here(
            "run", "--rm", "--network", "none", *LIMITS, "--entrypoint", "/bin/sh", name, "-c", ":"
        )
    except engine.EngineError as error:
        pytest.skip(f"{here.name} cannot run a container here: {error}")
    finally:
        here.remove(f"{os.getpid()}-tried")


def test_command_in_the_image(studio: ContainerStudio) -> None:
    command = "id -u; id -g; pwd; echo $FROM_IMAGE $FROM_APP $SAGEMAKER_APP_TYPE; ls /sys/class/net"
    status, printed, errors = run(studio, f"{command}; cat /opt/ml/metadata/*; exit 3")
    lines = printed.splitlines()
    assert (status, errors) == (3, "")
    assert lines[:5] == ["1000", "100", "/home/sagemaker-user", "yes alice JupyterLab", "lo"]
    assert f'"DomainId": "{studio.domain_id}"' in lines[5]


def test_logs(studio: ContainerStudio) -> None:
    assert eventually(lambda: log(studio) == ["started by alice"])
    assert log(studio, "/LifecycleConfigOnStart") == ["script in /home/sagemaker-user"]


def test_terminal(studio: ContainerStudio) -> None:
    async def use(ssh: asyncssh.SSHClientConnection) -> Any:
        command = "stty size; read line; exit 4"
        async with ssh.create_process(command, term_type="xterm", term_size=(90, 30)) as process:
            printed = await process.stdout.readline()
            process.stdin.write("\n")
            return printed.split(), (await process.wait()).exit_status

    assert in_app(studio, use) == (["30", "90"], 4)
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
    assert run(studio, "id -u")[:2] == (0, "1000\n")
    assert (studio.app(USER) or {})["Status"] == "InService"


def test_container_does_not_reach_ports_of_the_machine(studio: ContainerStudio) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        async def use(ssh: asyncssh.SSHClientConnection) -> None:
            with pytest.raises(asyncssh.ChannelOpenError, match="Connect"):
                await ssh.open_connection("127.0.0.1", port)

        in_app(studio, use)
        with pytest.raises(ConnectionRefusedError):
            app_of(studio).connect_port(port)


def test_home_of_a_second_app_and_sftp(studio: ContainerStudio, tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(bytes(range(256)))

    async def put(ssh: asyncssh.SSHClientConnection) -> None:
        async with ssh.start_sftp_client() as sftp:
            await sftp.put(tmp_path / "sent", "kept")

    async def get(ssh: asyncssh.SSHClientConnection) -> Any:
        async with ssh.start_sftp_client() as sftp:
            await sftp.get("/home/sagemaker-user/kept", tmp_path / "back")
            return await sftp.listdir("/opt/ml")

    in_app(studio, put)
    studio.stop(USER)
    studio.start(USER, "ml.t3.large", **studio.attach("other"))
    assert in_app(studio, get) == [".", "..", "metadata"]
    assert (tmp_path / "back").read_bytes() == bytes(range(256))
    studio.stop(USER)


# The steps of sagemaker-ssh-helper's scripts, with the programs of this machine.
REGISTER = r"""#!/bin/bash
set -eu
call() {  # SERVICE TARGET BODY
    local address=${AWS_ENDPOINT_URL#http://}
    exec 5<>"/dev/tcp/${address/://}"
    printf '%s\r\n' "POST / HTTP/1.0" "X-Amz-Target: $2" \
        "Content-Type: application/x-amz-json-1.1" "Content-Length: ${#3}" \
        "Authorization: AWS4-HMAC-SHA256 Credential=$AWS_ACCESS_KEY_ID/20260101/us-east-1/$1/x" \
        "" >&5
    printf %s "$3" >&5
    cat <&5
}
body='{"IamRole": "node", "Tags": [{"Key": "SSHOwner", "Value": "alice"}]}'
answer=$(call ssm AmazonSSM.CreateActivation "$body")
member() { local rest=${answer#*\"$1\": \"}; echo "${rest%%\"*}"; }
echo Yes | amazon-ssm-agent -register -id "$(member ActivationId)" \
    -code "$(member ActivationCode)" -region us-east-1
amazon-ssm-agent > /tmp/agent.log 2>&1 &
"""
# Port 22 requires root, and this image has no sudo.
SSHD = """\
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f /tmp/host_key
/usr/sbin/sshd -f /dev/null -h /tmp/host_key -o UsePAM=no -o PidFile=none"""


def test_app_registers_as_a_node(studio: ContainerStudio) -> None:
    """The script registers the node; sessions to the node reach the image's sshd."""
    studio.stop(USER)
    helper = studio.attach("helper", MAIN, "bash", "mkdir", "sshd", "ssh-keygen")
    studio.start(USER, "ml.t3.large", **studio.script("register", REGISTER), **helper)
    described = studio.ssm.describe_instance_information

    def pings() -> list[str]:
        return [node["PingStatus"] for node in described()["InstanceInformationList"]]

    assert eventually(lambda: pings() == ["Online"], seconds=SECONDS), log(
        studio, "/LifecycleConfigOnStart"
    )
    target = described()["InstanceInformationList"][0]["InstanceId"]
    assert target in log(studio, "/LifecycleConfigOnStart")[-1]
    tags = studio.ssm.list_tags_for_resource(ResourceType="ManagedInstance", ResourceId=target)
    assert tags["TagList"] == [{"Key": "SSHOwner", "Value": "alice"}]

    command = studio.ssm.send_command(
        InstanceIds=[target],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": [SSHD, "id -u", "echo oh >&2; exit 3"]},
    )["Command"]["CommandId"]

    def answer() -> Any:
        return studio.ssm.get_command_invocation(CommandId=command, InstanceId=target)

    assert eventually(lambda: answer()["Status"] != "Pending", seconds=SECONDS)
    assert (answer()["ResponseCode"], answer()["StandardErrorContent"]) == (3, "oh\n")
    assert answer()["StandardOutputContent"] == "0\n"

    channel = channels.Channel(studio.ssm.start_session(Target=target, **channels.SSH))
    assert channel.recv().startswith(b"SSH-2.0-OpenSSH")
    channel.close()

    studio.stop(USER)
    assert eventually(lambda: pings() == ["ConnectionLost"], seconds=SECONDS)


def test_image_without_a_shell(studio: ContainerStudio) -> None:
    studio.stop(USER)
    bare = studio.attach_image("bare", ["sleep"], ["sleep", "600"])
    studio.start(USER, "ml.t3.large", **bare)
    assert run(studio, "id") == (127, "", "/bin/sh: no such file in the image\n")

    async def names(ssh: asyncssh.SSHClientConnection) -> Any:
        async with ssh.start_sftp_client() as sftp:
            return await sftp.listdir("/usr/bin")

    assert "sleep" in in_app(studio, names)
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


@pytest.mark.parametrize("apps", ["containers", "auto"])
def test_without_an_engine(
    studio: ContainerStudio, monkeypatch: pytest.MonkeyPatch, apps: str
) -> None:
    def refuse() -> None:
        raise engine.EngineError("none of docker, podman is on PATH")

    monkeypatch.setattr(running_apps, "find_engine", refuse)
    studio.aws.options.update({"apps": apps})
    studio.start(USER, "ml.t3.large", **studio.attach(f"no-{apps}"))
    if apps == "containers":
        assert "No container: none of docker, podman is on PATH." in failure(studio)
    else:
        assert run(studio, "pwd")[1] != "/home/sagemaker-user\n"
        assert "process of the emulator's machine" in log(studio)[-1]
        assert "none of docker, podman is on PATH" in log(studio)[-1]


def containers_and_images(here: engine.Engine, pid: int) -> list[str]:
    """The containers and images of the emulator with this process id."""
    names = [*here("ps", "--all", "--format", "{{.Names}}").split(), *here.images()]
    return [name for name in names if f"{engine.PREFIX}-{pid}-" in name]


def end(here: engine.Engine, command: Command, *, how: str) -> None:
    """End an emulator."""
    emulator = psutil.Process(command.process.pid)
    if how == "killed with its janitor":
        (janitor,) = (p for p in psutil.process_iter() if is_janitor(p, emulator.pid))
        janitor.kill()
    if how == "ended with its process tree":
        ending.end(emulator, grace=SECONDS)
    elif how == "killed with its process tree":
        ending.kill(emulator)
    else:
        emulator.kill()
    command.process.wait(60)
    if how == "killed with its janitor":
        here.sweep()  # as the next emulator does
        engine.sweep_folders()


def is_janitor(process: psutil.Process, pid: int) -> bool:
    """Whether it is the janitor of the emulator with this process id."""
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return any("janitor" in word for word in words) and words[-1].startswith(f"{pid}-")


@pytest.mark.parametrize(
    "how",
    [
        "killed",
        "killed with its janitor",
        "killed with its process tree",
        "ended with its process tree",
    ],
)
def test_cleanup_after_the_emulator_ends(
    engine_here: engine.Engine, studio: ContainerStudio, how: str
) -> None:
    del studio  # skips where containers do not run
    command = Command("--option", "apps=containers")
    pid = command.process.pid
    try:
        other = ContainerStudio(command)  # type: ignore[arg-type]
        other.start(USER, "ml.t3.large", **other.attach("tiny"))
        started = psutil.Process(pid).children(recursive=True)
        assert len(containers_and_images(engine_here, pid)) == 2
        end(engine_here, command, how=how)
    finally:
        command.process.kill()
        command.process.wait(60)
    assert eventually(lambda: containers_and_images(engine_here, pid) == [], seconds=SECONDS)
    assert eventually(lambda: all(map(gone, started)))
    folders = f"{engine.PREFIX}-{pid}-*"
    assert eventually(lambda: not list(Path(tempfile.gettempdir()).glob(folders)))
