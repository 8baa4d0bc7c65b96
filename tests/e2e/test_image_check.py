"""`studio image check` with buildah: a good image passes, each broken image says why."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from scripts import cli
from settings import Settings
from settings.paths import PROJECT
from studio.images.buildah import BUILDAH_FLAGS
from studio.processes.children import captured
from tests.e2e import good_image
from tests.e2e.base_image import Buildah, cache, need
from tests.e2e.good_image import GOOD
from tests.emulator.sessions.channels import eventually

USERS = {"alice": {"connect": "ssh-helper"}}
SETTINGS = Settings.model_validate({"users": USERS})
HIDE_KERNEL = """
mkdir -p /home/sagemaker-user/.local/share/jupyter
mv /usr/local/share/jupyter/kernels /home/sagemaker-user/.local/share/jupyter
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buildah]:
    """buildah with the good image in its storage."""
    need("buildah", "debootstrap", "unshare", "nsenter")
    folder = tmp_path_factory.mktemp("buildah")
    buildah = Buildah(folder=folder, cache=cache(tmp_path_factory))
    try:
        buildah("pull", "--quiet", f"docker-archive:{good_image.archive(buildah.cache)}")
        yield buildah
    finally:
        buildah.clean()


@pytest.fixture
def here(engine: Buildah, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The storage of the check. Asserts that no container, mount, process or file remains."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv(BUILDAH_FLAGS, " ".join(engine.flags))
    monkeypatch.setattr("settings.load", lambda _: SETTINGS)
    yield temporary
    assert list(temporary.iterdir()) == []
    assert engine("containers", "--quiet") == ""
    assert str(engine.folder) not in Path("/proc/self/mountinfo").read_text()
    assert working(engine.folder) == []


def working(folder: Path) -> list[str]:
    """The commands of the running processes in a storage's containers."""
    ours = (str(folder), "/opt/server.py")
    found = []
    for process in psutil.process_iter(["cmdline", "status", "pid"]):
        command = " ".join(process.info["cmdline"] or [])
        running = process.info["status"] != psutil.STATUS_ZOMBIE
        if running and process.info["pid"] != os.getpid() and any(word in command for word in ours):
            found.append(command)
    return found


def derived(engine: Buildah, *changes: tuple[str, ...]) -> str:
    """The good image with changes."""
    name = f"localhost/studio-check-derived:{time.monotonic_ns()}"
    container = engine("from", "--pull=never", GOOD).strip()
    for word, *words in changes:
        if word == "run":
            engine("run", "--isolation", "chroot", "--user", "0:0", container, "--", *words)
        else:
            engine(word, *words, container)
    engine("commit", "--quiet", "--rm", container, name)
    return name


def check(
    capsys: pytest.CaptureFixture[str], reference: str, *options: str
) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and the results by name."""
    words = ["--engine", "buildah", "--reference", reference, "--wait", "120", "--json", *options]
    code = cli.main(["image", "check", *words])
    (record,) = json.loads(capsys.readouterr().out)["checks"]
    assert record["passed"] == (code == 0)
    return code, {point["name"]: point for point in record["points"]}


@pytest.mark.usefixtures("here")
def test_a_good_image_passes(
    engine: Buildah, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The app image config, not the image, says how the check starts it.
    container = {
        "entrypoint": ["/usr/bin/env"],
        "arguments": ["sh", "-c", 'exec python3 "$SERVER" --ip 0.0.0.0'],
        "environment": {"SERVER": "/opt/server.py"},
    }
    settings = Settings.model_validate({"image": {"slim": {}, "custom": container}, "users": USERS})
    monkeypatch.setattr("settings.load", lambda _: settings)
    code, points = check(capsys, derived(engine, ("config", "--entrypoint", '["/bin/false"]')))
    assert {name: point["found"] for name, point in points.items() if not point["passed"]} == {}
    assert code == 0
    assert {"bash", "health", "network", "kernel", "terminal", "user", "home", "ssh-helper"} <= set(
        points
    )


BROKEN = {
    "loopback only": (
        [("config", "--cmd", "--ip 127.0.0.1")],
        {"health": "port 8888 is open on 127.0.0.1 only"},
    ),
    "a server that ends": (
        [("config", "--cmd", "--die")],
        {"health": "no module named jupyterlab"},
    ),
    "all that can be wrong beside a healthy server": (
        [
            (
                "run",
                "rm",
                "/usr/local/bin/sm-ssh-ide",
                "/etc/amazon/ssm/seelog.xml",
                "/usr/local/bin/unzip",
            ),
            ("run", "sh", "-c", HIDE_KERNEL),
            ("config", "--user", "root", "--cmd", "--no-terminals --reach-out"),
        ],
        {
            "user": "the image runs as 0:0, Studio runs it as 1000:100",
            "ssh-helper": "sm-ssh-ide is missing",
            "seelog.xml": "/etc/amazon/ssm/seelog.xml is missing",
            "unzip": "unzip is missing",
            "home": "hides 1 files that may be needed, such as /home/sagemaker-user/.local/share/"
            "jupyter/kernels/python3/kernel.json",
            "kernel": "POST /api/kernels is answered with 500 No such kernel named python3",
            "terminal": "POST /api/terminals is answered with 404",
            "network": "reached for the network 1 times",
        },
    ),
}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("changes", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_image_fails_one_check(
    engine: Buildah,
    capsys: pytest.CaptureFixture[str],
    changes: list[tuple[str, ...]],
    says: dict[str, str],
) -> None:
    code, points = check(capsys, derived(engine, *changes))
    failed = {name: point for name, point in points.items() if point["passed"] is False}
    assert code == 1
    assert set(failed) == set(says), failed
    for name, text in says.items():
        assert text in failed[name]["found"]
        assert failed[name]["studio"]
        assert failed[name]["change"]


@pytest.mark.usefixtures("here")
def test_a_missing_image_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--engine", "buildah", "--reference", "localhost/nothing:1"]
    assert cli.main(["image", "check", *words]) == 2
    error = "studio image: image localhost/nothing:1: buildah does not have it\n"
    assert capsys.readouterr().err == error


SANDBOX = """
import os, subprocess, sys
from studio.images.contract.sandbox import sandbox
assert os.getuid() == 65534
with sandbox([sys.argv[1], "unshare"]) as words:
    for file in ("/proc/net/dev", "/proc/self/uid_map"):
        subprocess.run([*words, "cat", file], check=True)
"""


def test_the_image_has_no_network_without_root(tmp_path: Path) -> None:
    need("buildah", "unshare", "nsenter", "setpriv", "newuidmap")
    home = tmp_path / "nobody"
    home.mkdir()
    os.chown(home, 65534, 65534)
    for folder in (home, *home.parents):
        folder.chmod(folder.stat().st_mode | 0o011)
    ids = tmp_path / "ids"
    ids.write_text("nobody:200000:65536\n")
    # In a mount namespace, because the test changes /etc.
    prepare = 'mount --bind "$0" /etc/subuid && mount --bind "$0" /etc/subgid && exec "$@"'
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    buildah = str(shutil.which("buildah"))
    # The Python of the environment may be in root's home folder.
    python = next(filter(os.path.exists, ("/usr/bin/python3", sys.executable)))
    done = captured(
        ["unshare", "--mount", "sh", "-c", prepare, ids, *nobody,
         python, "-c", SANDBOX, buildah],
        cwd=PROJECT,
        env={
            **os.environ,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        seconds=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    _, _, loopback, *mapped = done.stdout.splitlines()
    assert loopback.strip().startswith("lo:")
    assert [line.split() for line in mapped] == [["0", "65534", "1"], ["1", "200000", "65536"]]


INTERRUPTED = """
import sys
from scripts import cli
import settings
from settings import Settings
settings.load = lambda _: Settings.model_validate({})
words = ["--engine", "buildah", "--wait", "60", "--reference", sys.argv[1]]
sys.exit(cli.main(["image", "check", *words]))
"""


def started(line: str) -> bool:
    """Whether this is the command of a check's server."""
    return "--env=SAGEMAKER_APP_TYPE=" in line and "/opt/server.py" in line


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_check_leaves_no_process(
    engine: Buildah, here: Path, sent: signal.Signals
) -> None:
    reference = derived(engine, ("config", "--cmd", "--silent"))
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, reference],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not any(started(line) for line in working(engine.folder)):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(sent)
    _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    if sent == signal.SIGKILL:
        # Only files may remain.
        assert eventually(lambda: working(engine.folder) == [], seconds=10)
        engine("rm", "--all")
        for folder in here.iterdir():
            subprocess.run(["rm", "-rf", str(folder)], timeout=30, check=True)
    else:
        assert process.returncode == 130
