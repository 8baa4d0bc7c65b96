"""Prepares the process of the tests, which has one emulator, before a test imports cdktf."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

# Garbage collection doubles the time of the collection of tests, and frees nothing.
gc.disable()

# Child processes inherit ignored signals: SIGINT in a background job, SIGHUP with nohup.
signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda *_: None)

# Otherwise each process compiles the project's code, and pytest that of hypothesis.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import hypothesis  # noqa: E402

_RUN = "STUDIO_TESTS_FOLDER"
"""The temporary folder of a run and its child processes. jsii and the providers leave files."""
if _RUN not in os.environ:
    # The folder of pytest remains after the run.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    os.environ[_RUN] = tempfile.mkdtemp(prefix="studio-tests-")
    # Not at the end of pytest, because a test can run pytest in this process.
    atexit.register(shutil.rmtree, os.environ[_RUN], ignore_errors=True)
os.environ["TMPDIR"] = tempfile.tempdir = os.environ[_RUN]

from studio.toolchain.toolbox import JSII_CACHE  # noqa: E402

# The cache of `make setup`; see studio/toolchain/install.py.
os.environ.setdefault("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(JSII_CACHE))

import modules  # noqa: E402, F401
from studio.console import silence  # noqa: E402
from tests import fast_calls  # noqa: E402
from tests.distribution import LongestFirst, rank  # noqa: E402

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import Scheduling

    from studio_emulator.server import Emulator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; within a file the order stays."""
    items.sort(key=lambda item: rank(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Replace the scheduler of --dist."""
    return LongestFirst(config, log)


def pytest_collection_finish() -> None:
    gc.freeze()
    # Tests make few cycles; the default looks for them every 700 objects.
    gc.set_threshold(50_000, 50)
    gc.enable()


# On a busy machine, examples are slow.
hypothesis.settings.register_profile(
    "any machine",
    max_examples=50,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("any machine")

# Moto creates 645 machine images for each new account, which takes 0.2 s.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")


@pytest.fixture(scope="session", autouse=True)
def _models_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        fast_calls.share_models(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_output_of_silent_commands() -> Iterator[None]:
    """The output of a command is the same on a busy machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(silence, "LIMIT", float("inf"))
        yield


@pytest.fixture(autouse=True)
def _signal_handlers() -> Iterator[None]:
    """Restore the signal handlers that a command in this process replaces."""
    before = {
        number: signal.getsignal(number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def _emulator() -> Iterator[Emulator]:
    # The import of moto takes seconds, and many tests do not need it.
    from studio_emulator.server import Emulator

    with Emulator(speed=1000) as emulator, pytest.MonkeyPatch.context() as patch:
        fast_calls.call_directly(patch)
        yield emulator


@pytest.fixture
def over_http(_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls use a connection, as those of other processes do."""
    fast_calls.call_over_http(monkeypatch)


@pytest.fixture
def aws(_emulator: Emulator) -> Emulator:
    """An emulated AWS with a new account; `aws.client("ec2")` talks to it."""
    return new_account(_emulator)


@pytest.fixture(scope="module")
def aws_of_file(_emulator: Emulator) -> Emulator:
    """An emulated AWS with a new account for all tests of a file."""
    return new_account(_emulator)


def new_account(emulator: Emulator) -> Emulator:
    from studio_emulator.options import Options

    emulator.reset()
    emulator.faults.set({})
    emulator.options.update(Options(speed=1000).as_dict())
    return emulator
