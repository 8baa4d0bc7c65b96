"""What `studio image check` asks engines and images for, and what it says of the answers."""

from __future__ import annotations

import http.server
import json
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import websocket

from scripts import cli
from scripts.support import engines
from scripts.support.image_check import check as checks
from scripts.support.image_check import command, gate, kernels, server, starting
from scripts.support.image_check.container import Container, Facts, Finished, Launch, finish
from scripts.support.image_check.contract import APPS, METADATA
from scripts.support.image_check.daemon import DaemonRuntime
from scripts.support.image_check.files import size
from scripts.support.image_check.listening import Listener, attempts, listeners
from scripts.support.image_check.pieces import pieces
from scripts.support.image_check.point import Point
from scripts.support.image_check.sandbox import sandbox
from scripts.support.image_check.server import Refused, Server
from scripts.support.workshop import Built
from settings import AppType, Settings, UserError
from settings.containers import container_config

JUPYTER_LAB = APPS[AppType.JUPYTER_LAB]
STATUS = "/jupyterlab/default/api/status"


class Here(Container):
    """A "container" whose commands run on this machine, or are answered from `canned` by name."""

    def __init__(self, *, logs: str = "", alive: bool = True, **canned: Finished) -> None:
        self._logs, self._alive, self.canned = logs, alive, canned

    def inside(self, command: Sequence[str], *, user: str = "") -> list[str]:
        assert user == ""
        return list(command)

    def execute(self, command: Sequence[str], *, user: str = "", seconds: float = 60) -> Finished:
        return self.canned.get(command[0]) or super().execute(command, user=user, seconds=seconds)

    def alive(self) -> bool:
        return self._alive

    def logs(self) -> str:
        return self._logs


def said(text: str, code: int = 0) -> Finished:
    return Finished(code, text, "")


NOTHING_LISTENS = said("")


@contextmanager
def answering(monkeypatch: pytest.MonkeyPatch, status: int, body: Any = None) -> Iterator[int]:
    """A server on this machine that answers everything alike, where the check expects Studio's."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "Content-Length" in self.headers:
                self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({} if body is None else body).encode())

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    port = listening.server_address[1]
    for module in (server, starting):
        monkeypatch.setattr(module, "PORT", port)
    monkeypatch.setattr(starting, "_SETTLED_SECONDS", 0.5)
    try:
        yield port
    finally:
        listening.shutdown()
        listening.server_close()


def test_a_point_is_one_line() -> None:
    failed = Point("kernel", False, "says:\n  <html>\n", "a spinner", "install\nipykernel")
    assert failed.line() == (
        "FAILED   kernel: says: <html>; Studio: a spinner; change: install ipykernel"
    )
    assert Point("size", True, "1 MiB", "x", "y").line() == "ok       size: 1 MiB"
    assert Point("kernel", None, "not up").line() == "unproven kernel: not up"


PROC_NET_TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:22B8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1
   2: 0100007F:B1C2 0100007F:22B8 01 00000000:00000000 00:00000000 00000000  1000        0 1 1
  sl  local_address                         remote_address                        st tx_queue
   0: 00000000000000000000000001000000:270F 00000000000000000000000000000000:0000 0A 0 0 0 0 0 0
"""


def test_who_listens() -> None:
    found = listeners(Here(cat=said(PROC_NET_TCP)))
    assert found == [Listener(8080, True), Listener(8888, False), Listener(9999, True)]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Ip: Forwarding OutNoRoutes ReasmReqds\nIp: 2 3 0\nIp6OutNoRoutes   4\n", 7),
        ("Ip: Forwarding OutNoRoutes\nIp: 1 0\nIcmp: InMsgs\nIcmp: 9\n", 0),
        ("cat: /proc/net/snmp: No such file or directory\n", None),
    ],
)
def test_packets_without_a_route_are_counted(text: str, counted: int | None) -> None:
    assert attempts(Here(cat=said(text))) == counted


@pytest.mark.parametrize(
    ("container", "passed", "says"),
    [
        (Here(cat=said("Ip: OutNoRoutes\nIp: 0\n")), True, "without reaching"),
        (Here(cat=said("Ip: OutNoRoutes\nIp: 2\n")), False, "2 times"),
        (
            Here(cat=said(""), logs="one\ncurl: (6) Could not resolve host: pypi.org\nthree"),
            False,
            "Could not resolve host: pypi.org",
        ),
    ],
)
def test_the_network_is_not_needed(container: Here, passed: bool, says: str) -> None:
    point = starting.network(container)
    assert point.passed is passed
    assert says in point.found


def test_a_server_that_answers_is_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(monkeypatch, 200):
        point = starting.health(Here(cat=NOTHING_LISTENS), JUPYTER_LAB, seconds=20)
    assert point.passed
    assert f"GET {STATUS} answers 200" in point.found


@pytest.mark.parametrize(
    ("status", "says"), [(403, "asks for a token"), (404, "base URL"), (500, "answers 500")]
)
def test_a_wrong_answer_is_not_waited_for_until_the_end(
    monkeypatch: pytest.MonkeyPatch, status: int, says: str
) -> None:
    started = time.monotonic()
    with answering(monkeypatch, status):
        point = starting.health(Here(cat=NOTHING_LISTENS), JUPYTER_LAB, seconds=60)
    assert point.passed is False
    assert says in point.found
    assert time.monotonic() - started < 20


def test_loopback_alone_is_not_open_to_studio(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(monkeypatch, 200) as port:
        listens = f"0: 0100007F:{port:04X} 00000000:0000 0A\n"
        point = starting.health(Here(cat=said(listens)), JUPYTER_LAB, seconds=20)
    assert point.passed is False
    assert "127.0.0.1 only" in point.found


def test_a_dead_server_says_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PORT", 1)
    logs = "starting\nModuleNotFoundError: jupyterlab\nsubprocess exited with status 1\n"
    point = starting.health(Here(alive=False, logs=logs), JUPYTER_LAB, seconds=20)
    assert point.passed is False
    assert point.found.endswith("ModuleNotFoundError: jupyterlab")


def test_nobody_answers_and_no_relay_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PORT", 1)
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    assert Server(Here(), "").get(STATUS) is None
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


def test_a_refused_kernel_says_what_jupyter_says(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(monkeypatch, 500, {"message": "No such kernel named python3"}):
        asked = Server(Here(), "/jupyterlab/default")
        with pytest.raises(Refused, match="500 No such kernel named python3"):
            asked.run_cell("1")


@pytest.mark.parametrize("body", [[], {}, "x", {"id": 1, "name": 1}])
def test_an_answer_that_is_not_jupyter_s_is_one_line(
    monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    with answering(monkeypatch, 201, body):
        asked = Server(Here(), "/jupyterlab/default")
        for point in (kernels.kernel(asked), kernels.terminal(asked)):
            assert point.passed is False
            assert json.dumps(body) in point.found


def test_a_message_that_is_not_jupyter_s_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        def send(self, _: str) -> None:
            pass

        def recv(self) -> str:
            return next(messages)

    monkeypatch.setattr(websocket, "create_connection", lambda *_, **__: Stream())
    monkeypatch.setattr(Server, "_created", lambda *_: "1")
    for asked, message in (
        (kernels.kernel, "[]"),
        (kernels.kernel, "no JSON"),
        (kernels.terminal, '{"a": 1}'),
        (kernels.terminal, '["stdout"]'),
    ):
        messages = iter([message])
        point = asked(Server(Here(), "/b"))
        assert point.passed is False
        assert point.found.endswith(": a message that is not Jupyter's")


def test_a_command_that_hangs_is_ended() -> None:
    started = time.monotonic()
    ended = finish(["sh", "-c", "sleep 61 & wait"], seconds=0.5)
    assert ended.code is None
    assert time.monotonic() - started < 10
    commands = [process.info["cmdline"] for process in psutil.process_iter(["cmdline"])]
    assert ["sleep", "61"] not in commands


FAKE = """#!/usr/bin/env python3
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
words = sys.argv[1:]
mounted = {}
for word in words:
    if word.startswith("--volume="):
        source, path, _ = word.removeprefix("--volume=").split(":")
        place = pathlib.Path(source)
        mounted[path] = oct(place.stat().st_mode) if place.is_dir() else place.read_text()
with (here / "calls").open("a") as calls:
    calls.write(json.dumps({"words": words, "mounted": mounted}) + "\\n")
if words[:2] == ["image", "inspect"]:
    if words[2] == "missing":
        sys.exit("No such image")
    print(json.dumps([{"Architecture": "amd64", "Os": "linux", "Size": 3 << 20,
                       "Config": {"User": "1000:100", "Entrypoint": ["/start"],
                                  "Cmd": ["--cmd"]}}]))
elif words[0] == "run" and (here / "broken").exists():
    sys.exit("docker: no space left on device")
elif words[0] == "inspect":
    print("true")
elif words[0] == "logs":
    print("out"); print("err", file=sys.stderr)
elif words[0] == "exec":
    os.execvp("echo", ["echo", *words])
"""


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DaemonRuntime:
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(FAKE)
    program.chmod(0o755)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    return DaemonRuntime("docker", str(program))


def calls(docker: DaemonRuntime) -> list[dict[str, Any]]:
    lines = Path(docker.path).with_name("calls").read_text().splitlines()
    return [json.loads(line) for line in lines]


def left(docker: DaemonRuntime) -> list[str]:
    return [path.name for path in (Path(docker.path).parent.parent / "tmp").iterdir()]


def test_a_daemon_runs_the_image_as_studio_does(docker: DaemonRuntime) -> None:
    launch = Launch(
        user="1000:100",
        environment={"AWS_REGION": "eu-west-1"},
        volumes=("/home/sagemaker-user",),
        files={METADATA: "{}"},
    )
    with docker.run("some:1", launch) as container:
        assert container.alive()
        assert container.logs() == "out\nerr\n"
        words = calls(docker)[0]["words"]
        name = words[words.index("--name") + 1]
        ran = container.execute(["id", "-u"], user="0:0")
        assert ran.output.split() == ["exec", "--interactive", "--user", "0:0", name, "id", "-u"]
    started, *_, removed = calls(docker)
    words = " ".join(started["words"])
    assert words.startswith("run --detach ")
    assert words.endswith(" some:1")
    for flag in ("--network none", "--platform linux/amd64", "--user 1000:100"):
        assert f" {flag} " in words
    assert "--env=AWS_REGION=eu-west-1" in started["words"]
    assert "--entrypoint" not in words
    assert started["mounted"] == {
        "/home/sagemaker-user": oct(stat.S_IFDIR | 0o1777),
        METADATA: "{}",
        "/etc/resolv.conf": "nameserver 192.0.2.53\n",
    }
    assert removed["words"] == ["rm", "--force", "--volumes", name]
    assert left(docker) == []


def test_another_command_replaces_the_entrypoint(docker: DaemonRuntime) -> None:
    with docker.run("some:1", Launch(command=("sleep", "9"))):
        pass
    words = calls(docker)[0]["words"]
    assert words[words.index("--entrypoint") + 1 :] == ["sleep", "some:1", "9"]
    assert "--user" not in words


def test_a_container_that_cannot_start_is_one_line_and_removed(docker: DaemonRuntime) -> None:
    Path(docker.path).with_name("broken").touch()
    with pytest.raises(UserError, match=r"^image some:1: docker run failed: docker: no space left"):
        docker.run("some:1", Launch()).__enter__()
    assert calls(docker)[-1]["words"][:2] == ["rm", "--force"]
    assert left(docker) == []


def test_where_no_network_can_be_taken_away_nothing_is_run(tmp_path: Path) -> None:
    unshare = tmp_path / "unshare"
    unshare.write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n")
    unshare.chmod(0o755)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        with pytest.raises(UserError, match=r"^buildah: no network .*: unshare failed: Operation"):
            sandbox(["true"]).__enter__()
        patched.setenv("PATH", str(tmp_path))
        with pytest.raises(UserError, match="no unshare and nsenter here"):
            sandbox(["true"]).__enter__()


def test_a_container_is_removed_after_ctrl_c(docker: DaemonRuntime) -> None:
    with pytest.raises(KeyboardInterrupt), docker.run("some:1", Launch()):
        raise KeyboardInterrupt
    assert calls(docker)[-1]["words"][:2] == ["rm", "--force"]
    assert left(docker) == []


def test_what_an_image_says_of_itself(docker: DaemonRuntime) -> None:
    assert docker.facts("some:1") == Facts(
        architecture="amd64",
        system="linux",
        user="1000:100",
        entrypoint=("/start",),
        command=("--cmd",),
        size=3 << 20,
    )
    with pytest.raises(UserError, match="image missing: docker does not have it"):
        docker.facts("missing")


class OneContainer:
    """A runtime whose every container is the same one."""

    def __init__(
        self,
        container: Container,
        *,
        architecture: str = "amd64",
        entrypoint: tuple[str, ...] = (),
        command: tuple[str, ...] = (),
    ) -> None:
        self._container = container
        self._facts = Facts(
            architecture=architecture,
            system="linux",
            user="0:0",
            entrypoint=entrypoint,
            command=command,
            size=1,
        )
        self.launched: list[Launch] = []

    def facts(self, _: str) -> Facts:
        return self._facts

    @contextmanager
    def run(self, _: str, launch: Launch) -> Iterator[Container]:
        self.launched.append(launch)
        yield self._container


def plan(app_type: AppType, *, ssh: bool = False, **image: Any) -> checks.Plan:
    settings = Settings.model_validate({"image": {"slim": image}})
    return checks.Plan(
        image="slim",
        reference="some:1",
        app_type=app_type,
        container=container_config(settings, "slim", app_type),
        region="us-east-1",
        partition="aws",
        ssh=ssh,
        wait=1.0,
    )


SPEC = json.dumps({"kernelspecs": {"python3": {"spec": {"argv": ["/opt/python", "-m", "x"]}}}})


@pytest.mark.parametrize(
    ("listed", "ran", "says"),
    [
        (said(SPEC), said("studio 42\n"), "starts and runs a cell"),
        (said(SPEC), Finished(1, "", "Kernel died before replying\n"), "Kernel died"),
        (said('{"kernelspecs": {"ir": {}}}'), None, "no kernel spec python3, but ir"),
        (Finished(127, "", "jupyter: not found"), None, "jupyter: not found"),
        (said(f"a warning\n{SPEC}"), said("studio 42\n"), "starts and runs a cell"),
        (said(""), None, "names no program for python3"),
        (said("[]"), None, "names no program for python3: []"),
        (said('{"kernelspecs": {"python3": {"spec": {"argv": []}}}}'), None, "names no program"),
    ],
)
def test_a_kernel_gateway_is_its_kernel(listed: Finished, ran: Finished | None, says: str) -> None:
    gateway = Here(sh=said("0\n0\n"), jupyter=listed)
    if ran:
        gateway.canned["/opt/python"] = ran
    found = checks.check(OneContainer(gateway), plan(AppType.KERNEL_GATEWAY, ssh=True))
    points = {point.name: point for point in found}
    assert set(points) == {"architecture", "size", "user", "home", "kernel"}
    assert points["user"].passed
    assert says in points["kernel"].found
    assert points["kernel"].passed == ("starts" in says)


@pytest.mark.parametrize(
    ("image", "runs"),
    [
        ({}, ("/start", "--a", "cmd")),
        ({"arguments": ["--b"]}, ("/start", "--a", "--b")),
        ({"entrypoint": ["/other"]}, ("/other",)),
        ({"entrypoint": ["/other"], "arguments": ["--b", "c d"]}, ("/other", "--b", "c d")),
    ],
)
def test_the_server_is_started_as_the_app_image_config_says(
    monkeypatch: pytest.MonkeyPatch, image: dict[str, Any], runs: tuple[str, ...]
) -> None:
    monkeypatch.setattr(server, "PORT", 1)
    image["environment"] = {"COLOUR": "blue", "STUDIO_LOGGING_DIR": "/mine"}
    runtime = OneContainer(Here(alive=False), entrypoint=("/start", "--a"), command=("cmd",))
    checks.check(runtime, plan(AppType.JUPYTER_LAB, **image))
    started = runtime.launched[-1]
    assert started.command == runs
    assert started.environment["COLOUR"] == "blue"
    assert started.environment["STUDIO_IMAGE"] == "studio-slim"
    # Studio's own wins.
    assert started.environment["STUDIO_LOGGING_DIR"] == "/var/log/studio"


def test_another_architecture_is_not_run() -> None:
    class Never(OneContainer):
        def run(self, _: str, __: Launch) -> Any:
            raise AssertionError

    runtime = Never(Here(), architecture="arm64")
    found = checks.check(runtime, plan(AppType.JUPYTER_LAB))
    assert [point.name for point in found if point.passed is False] == ["architecture"]


def test_ssh_is_asked_for_only_where_people_connect() -> None:
    runtime = OneContainer(Here(sh=said("1000\n100\n")))
    without = checks.check(runtime, plan(AppType.JUPYTER_LAB))
    assert "sshd" not in {point.name for point in without}
    with_ssh = checks.check(runtime, plan(AppType.JUPYTER_LAB, ssh=True))
    missing = {point.name for point in with_ssh if point.passed is False}
    assert {"ssh-helper", "sshd", "seelog.xml", "aws", "unzip"} <= missing


def test_a_look_that_fails_says_nothing_of_what_is_there() -> None:
    for failed in (Finished(None, "", ""), Finished(125, "", "no such container")):
        points = list(pieces(Here(sh=failed)))
        assert {point.passed for point in points} == {None}
        assert points[0].found == f"could not be looked for: {failed.last_line}"


@pytest.mark.parametrize(
    ("needed", "file"),
    [
        (False, ".bashrc"),
        (False, "README.md"),
        (False, ".conda/environments.txt"),
        (False, ".jupyter/migrated"),
        (False, ".cache/pip/http/a/b"),
        (False, ".npm/_cacache/index"),
        (False, ".npm/_npx/bin/x"),
        (False, ".ipython/profile_default/history.sqlite"),
        (False, ".local/share/jupyter/nbsignatures.db"),
        (False, ".local/state/x/bin/y"),
        (False, "licenses/PYTHON_PACKAGES_LICENSES"),
        (True, ".local/bin/tool"),
        (True, ".local/lib/python3.11/site-packages/x.py"),
        (True, ".local/share/jupyter/kernels/python3/kernel.json"),
        (True, ".jupyter/jupyter_server_config.py"),
        (True, ".ipython/profile_default/startup/00.py"),
        (True, ".conda/envs/x/conda-meta/history"),
        (True, ".conda/pkgs/python/lib/x"),
        (True, "miniconda3/bin/activate"),
        (True, "venv/lib/python3.11/site-packages/x.py"),
    ],
)
def test_what_the_volume_hides(needed: bool, file: str) -> None:
    lines = ["1000", "100", f"-/home/sagemaker-user/{file}"]
    runtime = OneContainer(Here(sh=said("\n".join(lines))))
    found = checks.check(runtime, plan(AppType.JUPYTER_LAB))
    (home,) = [point for point in found if point.name == "home"]
    assert home.passed is not needed
    assert (file in home.found) == needed


@pytest.mark.parametrize(
    "words",
    [
        ("sh", "/home/sagemaker-user/start.sh"),
        ("sh", "-c", "exec bash $HOME/start.sh --flag"),
        ("sh", "-c", "~/start.sh"),
        ("sh", "./start.sh"),
    ],
)
def test_what_is_started_is_needed_executable_or_not(words: tuple[str, ...]) -> None:
    lines = said("1000\n100\n-/home/sagemaker-user/start.sh\n-/home/sagemaker-user/start\n")
    runtime = OneContainer(Here(sh=lines, alive=False), entrypoint=words)
    found = checks.check(runtime, plan(AppType.JUPYTER_LAB))
    (home,) = [point for point in found if point.name == "home"]
    assert "hides 1 files that may be needed, such as /home/sagemaker-user/start.sh" in home.found


def test_an_executable_in_the_home_folder_is_needed() -> None:
    lines = said("1000\n100\nx/home/sagemaker-user/tool\nx/home/sagemaker-user/.cache/tool\n")
    found = checks.check(OneContainer(Here(sh=lines)), plan(AppType.JUPYTER_LAB))
    (home,) = [point for point in found if point.name == "home"]
    assert "hides 1 files" in home.found


def test_without_bash_that_is_what_is_said() -> None:
    missing = Finished(127, "", "bash: not found")
    runtime = OneContainer(Here(bash=missing, sh=said("1000\n100\n")), entrypoint=("/start",))
    points = {point.name: point for point in checks.check(runtime, plan(AppType.JUPYTER_LAB))}
    assert [name for name, point in points.items() if point.passed is False] == ["bash"]
    assert points["bash"].found.endswith("bash: not found")
    assert points["health"].passed is None
    assert points["health"].found == "there is no bash to ask through"


def test_more_than_ecr_takes() -> None:
    facts = {
        "architecture": "amd64",
        "system": "linux",
        "user": "",
        "entrypoint": (),
        "command": (),
    }
    assert size(Facts(**facts, size=52_000 << 20)).passed  # type: ignore[arg-type]
    assert not size(Facts(**facts, size=(52_000 << 20) + 1)).passed  # type: ignore[arg-type]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[engines.Job]]:
    """`studio image check` with an engine that builds nothing, and these points as the result."""

    def prepare(*points: Point) -> list[engines.Job]:
        built: list[engines.Job] = []
        (tmp_path / "slim").mkdir()
        monkeypatch.setattr(command, "IMAGES", tmp_path)
        settings = Settings.model_validate(
            {
                "name": "team",
                "image": {
                    "slim": {"app_types": ["JupyterLab", "CodeEditor"], "build_args": {"A": "b"}},
                    "off": {"enabled": False},
                },
            }
        )
        monkeypatch.setattr(cli, "load", lambda: settings)
        monkeypatch.setattr(command, "find_engine", lambda _: engines.Engine("buildah", "/none"))
        monkeypatch.setattr(engines.Engine, "build", lambda _, job, __: built.append(job))

        def check(_: Any, __: Any, seen: Callable[[Point], object]) -> list[Point]:
            for point in points:
                seen(point)
            return list(points)

        monkeypatch.setattr(command, "check", check)
        return built

    return prepare


GOOD, UNPROVEN = Point("user", True, "fine"), Point("network", None, "shared")
BAD = Point("health", False, "dead", "InternalFailure", "start it")


@pytest.mark.parametrize(
    ("points", "code", "last"),
    [
        ((GOOD,), 0, "slim as CodeEditor: 1 of 1 points hold"),
        ((GOOD, UNPROVEN), 0, "slim as CodeEditor: 1 of 2 points hold, 1 could not be looked at"),
        ((GOOD, BAD), 1, "slim as CodeEditor: 1 of 2 points hold, 1 failed"),
    ],
)
def test_what_was_built_is_checked_as_each_kind_of_app(
    studio: Callable[..., list[engines.Job]],
    capsys: pytest.CaptureFixture[str],
    points: tuple[Point, ...],
    code: int,
    last: str,
) -> None:
    built = studio(*points)
    assert cli.main(["image", "check"]) == code
    lines = capsys.readouterr().out.splitlines()
    (job,) = built
    assert job.reference.startswith("localhost/team/slim:")
    assert job.build_args == {"A": "b"}
    assert lines.count(f"  {points[-1].line()}") == 2
    assert lines[-1] == last


def test_json_is_all_that_is_printed(
    studio: Callable[..., list[engines.Job]], capsys: pytest.CaptureFixture[str]
) -> None:
    built = studio(GOOD, BAD)
    options = ["--json", "--reference", "some:1", "--app-type", "KernelGateway"]
    assert cli.main(["image", "check", "slim", *options]) == 1
    assert built == []
    assert json.loads(capsys.readouterr().out) == {
        "checks": [
            {
                "image": "slim",
                "reference": "some:1",
                "app_type": "KernelGateway",
                "engine": "buildah",
                "passed": False,
                "points": [GOOD.record(), BAD.record()],
            }
        ]
    }


@pytest.mark.parametrize("user", ["0", "1000"])
def test_what_is_built_is_proven_before_it_is_pushed(
    monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    seen: list[str] = []
    gateway = Here(sh=said(f"{user}\n{user}\n"), jupyter=said(SPEC))
    gateway.canned["/opt/python"] = said("studio 42\n")
    settings = Settings.model_validate({"image": {"slim": {"app_types": ["KernelGateway"]}}})
    runtime = OneContainer(gateway)
    monkeypatch.setattr(gate, "runtime_of", lambda _: runtime)
    built = Built(
        name="slim",
        reference="some:1",
        engine=engines.Engine("buildah", "/none"),
        report=seen.append,
    )
    if user == "0":
        gate.prove(settings, built)
    else:
        with pytest.raises(gate.CheckFailed, match=r"^check as KernelGateway: 4 of 5 .*, 1 failed"):
            gate.prove(settings, built)
    assert "ok       kernel: python3 starts and runs a cell" in seen
    assert any(line.startswith("FAILED   user: ") for line in seen) == (user == "1000")
    assert len(seen) == 5


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "say what to do: check"),
        (["check", "nothing"], "image nothing: not in studio.toml; there: slim, off"),
        (["check", "off"], "image off: no folder"),
        (["check", "slim", "off", "--reference", "x"], "--reference: goes with one IMAGE at most"),
        (["check", "--wait", "0"], "--wait 0: a number of seconds above 0"),
    ],
)
def test_bad_input_is_one_line(
    studio: Callable[..., list[engines.Job]],
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    says: str,
) -> None:
    built = studio()
    assert cli.main(["image", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("studio image: ")
    assert says in line
    assert built == []
