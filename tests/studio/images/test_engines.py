"""Container engines, as programs on PATH that record their arguments."""

import ast
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from settings import UserError
from studio.errors import StepFailed
from studio.images import buildah, engines
from studio.images.engine_commands import ENGINES
from studio.images.engines import Job, find_engine

DIGEST = "sha256:" + "ab" * 32
PASSWORD = "token-of-12-hours"
LOCAL = "127.0.0.1:5000/studio/slim:abc"
ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com/studio/slim:abc"

# json and pathlib take twice as long to import as Python to start.
FAKE = f"""#!{sys.executable} -uIS
import os, sys
folder, name = os.path.split(__file__)
words = sys.argv[1:]
failing = [line.split() for line in open(folder + "/behaviour")]
login = "login" in words
call = {{
    "words": words,
    "stdin": sys.stdin.read() if login else "",
    "config": os.environ.get("DOCKER_CONFIG"),
    "host": os.environ.get("DOCKER_HOST"),
}}
with open(folder + "/calls", "a") as log:
    print(call, file=log)
if words[0] == "context":
    print('"unix:///somewhere/docker.sock"')
for number in range(40 if "build" in words else 0):
    print(f"STEP {{number}}: RUN thing" if number % 10 == 0 else f"noise {{number}}")
if "push" in words:
    print("abc: digest: {DIGEST} size: 528")
if "--digestfile" in words:
    with open(words[words.index("--digestfile") + 1], "w") as digest:
        print("{DIGEST}", file=digest)
if any([name, word] in failing for word in words):
    print("boom", file=sys.stderr)
    sys.exit(125)
"""


def build_and_push(engine: engines.Engine, job: Job, report: Callable[[str], object]) -> str | None:
    engine.build(job, report)
    return engine.push(job, report)


@dataclass
class Bench:
    """A folder with fake engines, the only one on PATH, and one for credentials."""

    folder: Path
    scratch: Path

    def install(self, *names: str) -> None:
        for name in names:
            (self.folder / name).write_text(FAKE)
            (self.folder / name).chmod(0o755)

    def engine(self, name: str) -> engines.Engine:
        self.install(name)
        return engines.Engine(name, str(self.folder / name))

    def behave(self, **failing: Sequence[str]) -> None:
        """NAME=[words]: the engine fails with any of these words."""
        lines = [f"{name} {word}" for name, words in failing.items() for word in words]
        (self.folder / "behaviour").write_text("\n".join(lines))

    def job(self, reference: str = LOCAL, build_args: Mapping[str, str] | None = None) -> Job:
        return Job(
            folder=self.folder.parent / "an image",
            reference=reference,
            build_args=build_args or {},
            password=PASSWORD,
            plain_http=reference == LOCAL,
            scratch=self.scratch,
        )

    def calls(self, *, without: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
        log = self.folder / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        calls = [ast.literal_eval(line) for line in lines]
        return [call for call in calls if not without & set(call["words"])]


PROBES = frozenset({"info", "version", "--version", "context"})


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    found = Bench(tmp_path / "bin", tmp_path / "scratch")
    found.folder.mkdir()
    found.scratch.mkdir()
    monkeypatch.setenv("PATH", str(found.folder))
    for name in ("DOCKER_HOST", "DOCKER_CONFIG", buildah.BUILDAH_FLAGS, engines.ENGINE):
        monkeypatch.delenv(name, raising=False)
    found.behave()
    return found


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_builds_logs_in_and_pushes(bench: Bench, name: str) -> None:
    engine = bench.engine(name)
    work = bench.job(build_args={"BASE": "a b", "EMPTY": ""})
    digest = build_and_push(engine, work, lambda _: None)
    build, login, push, *rest = bench.calls(without=PROBES)

    assert "build" in build["words"]
    platform = build["words"].index("--platform")
    assert build["words"][platform + 1] == "linux/amd64"
    assert build["words"][-1] == str(work.folder)
    assert {"--build-arg=BASE=a b", "--build-arg=EMPTY="} <= set(build["words"])
    assert LOCAL in build["words"]
    assert login["words"][:1] == ["login"]
    assert login["stdin"] == PASSWORD
    assert login["words"][-1] == "127.0.0.1:5000"
    assert "push" in push["words"]
    assert push["words"][-1] == LOCAL
    assert not any(PASSWORD in word for call in bench.calls() for word in call["words"])
    assert [call["words"] for call in rest] == (
        [["logout", "127.0.0.1:5000"]] if name == "finch" else []
    )
    assert digest == DIGEST
    for call in (login, push):
        words = call["words"]
        files = [words[words.index("--authfile") + 1]] if "--authfile" in words else []
        assert (
            name == "finch"
            or call["config"] == str(work.scratch)
            or files == [str(work.scratch / "auth.json")]
        ), "the engine stores credentials outside the scratch folder"


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(("reference", "insecure"), [(LOCAL, True), (ECR, False)])
def test_only_a_registry_on_loopback_has_no_tls(
    bench: Bench, name: str, reference: str, insecure: bool
) -> None:
    engine = bench.engine(name)
    build_and_push(engine, bench.job(reference), lambda _: None)
    flags = {"--tls-verify=false", "--insecure-registry"}
    _, login, push, *_ = bench.calls(without=PROBES)
    for call in (login, push):
        # docker uses plain HTTP on loopback without a flag.
        assert bool(flags & set(call["words"])) == (insecure and name != "docker")


def test_buildah_builds_and_pushes_with_its_flags(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(buildah.BUILDAH_FLAGS, "--isolation rootless --root /a")
    build_and_push(bench.engine("buildah"), bench.job(), lambda _: None)
    build, push = (
        next(call["words"] for call in bench.calls() if verb in call["words"])
        for verb in ("build", "push")
    )
    flags = ["--isolation", "rootless", "--root", "/a"]
    assert build[1:5] == flags
    assert push[1:3] == flags[2:]
    assert "--isolation" not in push


def test_docker_uses_the_daemon_of_the_user_configuration(bench: Bench) -> None:
    engine = bench.engine("docker")
    build_and_push(engine, bench.job(), lambda _: None)
    build, login, push = bench.calls(without=PROBES)
    assert (build["config"], build["host"]) == (None, None)
    assert {login["host"], push["host"]} == {"unix:///somewhere/docker.sock"}


def test_find_engine_takes_the_first_that_responds(bench: Bench) -> None:
    assert find_engine(None) is None
    bench.install("nerdctl", "buildah", "docker")
    bench.behave(docker=["buildx"])
    assert find_engine(None) == bench.engine("buildah")
    bench.behave(docker=["version"], buildah=["--version"])
    assert find_engine(None) == bench.engine("nerdctl")


@pytest.mark.parametrize(
    ("flag", "variable", "name"),
    [("podman", "finch", "podman"), (None, "finch", "finch"), (None, "", "podman")],
)
def test_find_engine_takes_the_flag_then_the_variable(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, flag: str | None, variable: str, name: str
) -> None:
    bench.install("podman", "finch")
    monkeypatch.setenv(engines.ENGINE, variable)
    assert find_engine(flag) == bench.engine(name)


def test_find_engine_skips_an_engine_that_hangs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bench.folder / "podman").write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    (bench.folder / "podman").chmod(0o755)
    monkeypatch.setattr(engines, "_ANSWER_SECONDS", 0.3)
    started = time.monotonic()
    assert find_engine(None) is None
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("wanted", "message"),
    [("dockre", "choose one of docker, podman"), ("podman", "not on PATH"), ("docker", "running")],
)
def test_find_engine_refuses_a_named_engine_that_does_not_work(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, wanted: str, message: str
) -> None:
    bench.install("docker", "buildah")
    bench.behave(docker=["version"])
    with pytest.raises(UserError, match=f"^--engine = {wanted}: .*{message}"):
        find_engine(wanted)
    monkeypatch.setenv(engines.ENGINE, wanted)
    with pytest.raises(UserError, match=f"^STUDIO_ENGINE = {wanted}: .*{message}"):
        find_engine(None)


@pytest.mark.parametrize("step", ["build", "login", "push"])
def test_a_step_that_fails_is_named_with_the_last_output(bench: Bench, step: str) -> None:
    engine = bench.engine("finch")
    bench.behave(finch=[step])
    lines: list[str] = []
    with pytest.raises(StepFailed, match=rf"^{step}.*|^finch {step}.*") as failed:
        build_and_push(engine, bench.job(), lines.append)
    assert str(failed.value).endswith("failed (exit 125): boom")
    assert lines[-1].strip() == "boom"
    assert len(lines) <= 4 + 15
    logged_out = any("logout" in call["words"] for call in bench.calls())
    assert logged_out == (step != "build")


@pytest.mark.parametrize("name", ENGINES)
def test_a_base_image_is_pulled_if_no_quick_command_finds_it(bench: Bench, name: str) -> None:
    engine = bench.engine(name)
    engine.require_base("registry.example/base:1", lambda _: None)
    (found,) = bench.calls(without=PROBES)
    assert found["words"][-1] == "registry.example/base:1"
    bench.behave(**{name: ["image", "inspect", "manifest", "buildx"]})
    engine.require_base("registry.example/base:1", lambda _: None)
    *_, pulled = bench.calls()
    assert pulled["words"][0] == "pull"
    assert "linux/amd64" in pulled["words"]
    bench.behave(**{name: ["registry.example/base:1"]})
    with pytest.raises(UserError, match=f"pull of registry.example/base:1 with {name} failed"):
        engine.require_base("registry.example/base:1", lambda _: None)
