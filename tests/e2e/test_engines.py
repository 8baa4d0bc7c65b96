"""Docker and podman build, check and push. The other tests use buildah.

Where one of them is installed and cannot run a container, as within some containers, its tests are
skipped with what it says, also under continuous integration.
"""

import json
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts import cli
from settings import Settings
from studio.images import push
from studio.images.check import CheckFailed
from studio.processes.children import Child
from tests.e2e import good_image
from tests.e2e.base_image import cache, need, remove
from tests.e2e.good_image import GOOD
from tests.e2e.pushes import push_settings, tags

SETTINGS = Settings.model_validate({"image": {"slim": {}}})
# No RUN, because the network of a build needs a bridge on this machine.
# By another path, since the tests with buildah look for what runs by the image's own.
_SERVER = 'ENTRYPOINT ["python3", "/opt/./server.py"]'
DOCKERFILE = f"FROM {GOOD}\n{_SERVER}\nCOPY note /opt/note\n"
_END_SECONDS = 10.0
_SECONDS = 300
_STORAGE = '[storage]\ndriver = "{driver}"\ngraphroot = "{folder}/kept"\nrunroot = "{folder}/run"\n'
# Podman's default limit of open files may exceed the limit of this container.
_PODMAN = """\
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
[containers]
default_ulimits = ["nofile=1024:4096", "nproc=4096:8192"]
"""


@contextmanager
def docker(folder: Path) -> Iterator[Mapping[str, str]]:
    """Start a daemon; yields its environment."""
    need("docker", "dockerd", "containerd", "runc")
    asked = subprocess.run(["docker", "buildx", "version"], capture_output=True, check=False)
    need(*(["docker buildx"] if asked.returncode else []))
    environment = {"DOCKER_HOST": f"unix://{folder}/socket"}
    log = folder / "log"
    with log.open("w") as output:
        daemon = Child(
            ["dockerd", "--host", environment["DOCKER_HOST"], "--data-root", folder / "kept",
             "--exec-root", folder / "run", "--pidfile", folder / "pid",
             "--bridge", "none", "--iptables=false", "--ip6tables=false"],
            stdout=output,
            stderr=output,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + _SECONDS
            while "API listen on" not in log.read_text():
                if daemon.poll() is not None or time.monotonic() > deadline:
                    pytest.skip(f"dockerd does not start here: {log.read_text()[-500:]}")
                time.sleep(0.2)
            yield environment
        finally:
            daemon.end(grace=_END_SECONDS)
            daemon.wait()


@contextmanager
def podman(folder: Path) -> Iterator[Mapping[str, str]]:
    """Create a storage; yields its environment."""
    need("podman", "runc", "conmon")
    (folder / "containers.conf").write_text(_PODMAN)
    environment = {
        "CONTAINERS_CONF": str(folder / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
    }
    for driver in ("overlay", "vfs"):
        storage = _STORAGE.format(driver=driver, folder=folder / driver)
        (folder / "storage.conf").write_text(storage)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            asked = subprocess.run(
                ["podman", "info"], capture_output=True, timeout=_SECONDS, check=False
            )
        if asked.returncode == 0:
            break
    yield environment


ENGINES = {"docker": docker, "podman": podman}


def say(engine: str, *words: str) -> str:
    done = subprocess.run(
        [engine, *words], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The name of an engine in the environment that has the good image."""
    name: str = request.param
    need("buildah", "debootstrap")
    image = good_image.archive(cache(tmp_path_factory))
    # The paths of sockets below pytest's folder would be too long.
    folder = Path(tempfile.mkdtemp(prefix=f"studio-{name}-"))
    try:
        with ENGINES[name](folder) as environment, pytest.MonkeyPatch.context() as patch:
            for key, value in environment.items():
                patch.setenv(key, value)
            say(name, "load", "--quiet", "--input", str(image))
            tried = subprocess.run(
                [name, "run", "--rm", "--network", "none", "--entrypoint", "true", GOOD],
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
            )
            if tried.returncode:
                pytest.skip(f"{name} cannot run a container here: {tried.stderr.strip()}")
            yield name
    finally:
        remove(folder)


@pytest.fixture
def folder(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of slim, based on the good image. Asserts that no container remains."""
    found = tmp_path / "image" / "slim"
    found.mkdir(parents=True)
    (found / "Dockerfile").write_text(DOCKERFILE)
    (found / "note").write_text("one\n")
    monkeypatch.setenv("STUDIO_IMAGES", str(found.parent))
    monkeypatch.setattr("settings.load", lambda _: SETTINGS)
    yield found
    assert say(engine, "ps", "--all", "--quiet") == ""


@pytest.mark.usefixtures("folder")
def test_a_good_image_passes(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["image", "check", "slim", "--engine", engine, "--wait", "120", "--json"])
    (record,) = json.loads(capsys.readouterr().out)["checks"]
    assert [point for point in record["points"] if not point["passed"]] == []
    assert code == 0
    assert {point["name"] for point in record["points"]} >= {"health", "kernel", "terminal"}


def test_a_failed_check_says_why_and_prevents_the_push(engine: str, folder: Path, ecr: Any) -> None:
    (folder / "Dockerfile").write_text(f'{DOCKERFILE}USER 0:0\nCMD ["--die"]\n')
    lines: list[str] = []
    with pytest.raises(CheckFailed, match=r"^check as JupyterLab: "):
        push.push_images(SETTINGS, engine=engine, report=lines.append)
    said = "\n".join(lines)
    assert "FAILED   user: the image runs as 0:0, Studio runs it as 1000:100" in said
    assert re.search("FAILED   health: .*no module named jupyterlab", said)
    assert tags(ecr) == {}


def test_a_built_image_is_checked_and_pushed_with_its_digest(
    engine: str, folder: Path, ecr: Any
) -> None:
    lines: list[str] = []
    first = push.push_images(SETTINGS, engine=engine, report=lines.append)["slim"]
    assert not first.skipped
    assert any("health: GET " in line for line in lines)
    (folder / "note").write_text("two\n")
    second = push.push_images(push_settings("slim"), engine=engine, report=lines.append)["slim"]
    assert tags(ecr) == {first.tag: first.digest, second.tag: second.digest}
    assert first.digest != second.digest
    assert push.push_images(SETTINGS, engine=engine, report=lines.append)["slim"].skipped
