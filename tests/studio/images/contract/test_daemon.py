"""Containers of docker, as a program that records its arguments."""

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from settings import UserError
from studio.images.contract.container import ImageInfo, Launch
from studio.images.contract.daemon import DaemonRuntime
from studio.images.contract.requirements import METADATA

FAKE = (
    f"#!{sys.executable} -IS\n"
    + """
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
)


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


def test_a_command_replaces_the_entrypoint(docker: DaemonRuntime) -> None:
    with docker.run("some:1", Launch(command=("sleep", "9"))):
        pass
    words = calls(docker)[0]["words"]
    assert words[words.index("--entrypoint") + 1 :] == ["sleep", "some:1", "9"]
    assert "--user" not in words


@pytest.mark.parametrize(
    ("name", "unlabelled", "removed"),
    [
        ("docker", True, "rm --force --volumes"),
        ("podman", True, "rm --force --time 0 --volumes"),
        ("finch", False, "rm --force --volumes"),
    ],
)
def test_each_engine_reads_the_mounts_and_removes_the_container_at_once(
    docker: DaemonRuntime, name: str, unlabelled: bool, removed: str
) -> None:
    with DaemonRuntime(name, docker.path).run("some:1", Launch()):
        pass
    started, last = (" ".join(call["words"]) for call in calls(docker))
    assert (" --security-opt label=disable " in started) is unlabelled
    assert last.startswith(f"{removed} studio-check-")


def test_a_container_that_cannot_start_is_removed(docker: DaemonRuntime) -> None:
    Path(docker.path).with_name("broken").touch()
    with pytest.raises(UserError, match=r"^image some:1: docker run failed: docker: no space left"):
        docker.run("some:1", Launch()).__enter__()
    assert calls(docker)[-1]["words"][:2] == ["rm", "--force"]
    assert left(docker) == []


def test_a_container_is_removed_after_an_interrupt(docker: DaemonRuntime) -> None:
    with pytest.raises(KeyboardInterrupt), docker.run("some:1", Launch()):
        raise KeyboardInterrupt
    assert calls(docker)[-1]["words"][:2] == ["rm", "--force"]
    assert left(docker) == []


def test_info_reads_the_configuration_of_an_image(docker: DaemonRuntime) -> None:
    assert docker.info("some:1") == ImageInfo(
        architecture="amd64",
        system="linux",
        user="1000:100",
        entrypoint=("/start",),
        command=("--cmd",),
        size=3 << 20,
    )
    with pytest.raises(UserError, match="image missing: docker does not have it"):
        docker.info("missing")
