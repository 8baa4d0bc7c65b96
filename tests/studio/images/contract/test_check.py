"""What `studio image check` looks for in an image, and what it says of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts import cli
from settings import AppType, Settings
from settings.containers import container_config
from studio.images import engines
from studio.images.builder import Built
from studio.images.contract import check as checks
from studio.images.contract import command, gate, server
from studio.images.contract.container import Container, Facts, Finished, Launch
from studio.images.contract.expectations import APPS
from studio.images.contract.files import size
from studio.images.contract.point import Point
from studio.images.contract.remote_access import pieces
from tests.studio.images.contract.containers import Here, said

JUPYTER_LAB = APPS[AppType.JUPYTER_LAB]


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


SETTINGS = Settings.model_validate(
    {
        "name": "team",
        "image": {
            "slim": {"app_types": ["JupyterLab", "CodeEditor"], "build_args": {"A": "b"}},
            "off": {"enabled": False},
        },
    }
)


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[engines.Job]]:
    """`studio image check` with an engine that builds nothing, and these points as the result."""

    def prepare(*points: Point) -> list[engines.Job]:
        built: list[engines.Job] = []
        (tmp_path / "slim").mkdir()
        monkeypatch.setenv("STUDIO_IMAGES", str(tmp_path))
        monkeypatch.setattr("settings.load", lambda: SETTINGS)
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


def test_the_doctor_s_look_is_the_same_check(studio: Callable[..., list[engines.Job]]) -> None:
    built = studio(GOOD, BAD)
    assert command.proven(SETTINGS) == {
        "slim as JupyterLab": [GOOD, BAD],
        "slim as CodeEditor": [GOOD, BAD],
    }
    assert len(built) == 1


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
