"""`studio image check`, and the check before a push."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from scripts import cli
from settings import ConnectMethod, Settings
from studio.aws.ecr import Repository
from studio.images import check as image_check
from studio.images import engines
from studio.images.builder import BuildRequest
from studio.images.contract.result import CheckResult
from studio.images.contract.run_checks import CheckRequest

SETTINGS = Settings.model_validate(
    {
        "name": "team",
        "image": {
            "slim": {"app_types": ["JupyterLab", "CodeEditor"], "build_args": {"A": "b"}},
            "off": {"enabled": False},
        },
        "users": {"alice": {"connect": "ssh-helper"}},
    }
)
ENGINE = engines.Engine("buildah", "/none")
REQUEST = BuildRequest(
    name="slim", folder=Path(), build_args={}, repository=Repository("slim", "s"), tag="1"
)

Studio = Callable[..., list[engines.Job]]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """`studio image check` with an engine that builds nothing, and these results."""

    def prepare(*points: CheckResult) -> list[engines.Job]:
        built: list[engines.Job] = []
        (tmp_path / "slim").mkdir(exist_ok=True)
        monkeypatch.setenv("STUDIO_IMAGES", str(tmp_path))
        monkeypatch.setattr("settings.load", lambda _: SETTINGS)
        monkeypatch.setattr(image_check, "find_engine", lambda _: ENGINE)
        monkeypatch.setattr(engines.Engine, "build", lambda _, job, __: built.append(job))

        def check(
            _: object, __: CheckRequest, seen: Callable[[CheckResult], object]
        ) -> list[CheckResult]:
            for point in points:
                seen(point)
            return list(points)

        monkeypatch.setattr(image_check, "run_checks", check)
        return built

    return prepare


GOOD, UNPROVEN = CheckResult("user", True, "fine"), CheckResult("network", None, "shared")
BAD = CheckResult("health", False, "dead", "InternalFailure", "start it")


@pytest.mark.parametrize(
    ("points", "code", "last"),
    [
        ((GOOD,), 0, "slim as CodeEditor: 1 of 1 checks passed"),
        ((GOOD, UNPROVEN), 0, "slim as CodeEditor: 1 of 2 checks passed, 1 could not run"),
        ((GOOD, BAD), 1, "slim as CodeEditor: 1 of 2 checks passed, 1 failed"),
    ],
)
def test_a_built_image_is_checked_as_each_app_type(
    studio: Studio,
    capsys: pytest.CaptureFixture[str],
    points: tuple[CheckResult, ...],
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


def test_json_is_the_only_output(studio: Studio, capsys: pytest.CaptureFixture[str]) -> None:
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
                "points": [asdict(GOOD), asdict(BAD)],
            }
        ]
    }


def test_the_check_has_300_health_seconds_and_the_connect_methods_of_the_users(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio()
    asked: list[tuple[float, object]] = []

    def check(_: object, request: CheckRequest, __: object) -> list[CheckResult]:
        asked.append((request.wait, request.methods))
        return []

    monkeypatch.setattr(image_check, "run_checks", check)
    image_check.require_passed(SETTINGS, REQUEST, ENGINE, print)
    assert cli.main(["image", "check"]) == 0
    assert asked == [(300, {ConnectMethod.SSH_HELPER})] * 4


def test_require_passed_raises_if_a_check_fails(studio: Studio) -> None:
    studio(GOOD, BAD)
    given, seen = (SETTINGS, REQUEST, ENGINE), list[str]()
    with pytest.raises(image_check.CheckFailed, match=r"^check as JupyterLab: 1 of 2 .* 1 failed"):
        image_check.require_passed(*given, seen.append)
    assert seen.count(f"  {GOOD.line()}") == seen.count(f"  {BAD.line()}") == 2
    studio(UNPROVEN)
    image_check.require_passed(*given, seen.append)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["check", "nothing"], "image nothing: not in studio.toml; it has: slim, off"),
        (["check", "off"], "image off: no folder"),
        (["check", "slim", "off", "--reference", "x"], "--reference: takes one IMAGE at most"),
        (["check", "--wait", "0"], "--wait 0: a number of seconds above 0"),
        (["check", "--wait", "nan"], "--wait nan: a number of seconds above 0"),
        (["check", "--wait", "inf"], "--wait inf: a number of seconds above 0"),
    ],
)
def test_bad_input_is_one_line(
    studio: Studio, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    built = studio()
    assert cli.main(["image", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("studio image: ")
    assert says in line
    assert built == []
