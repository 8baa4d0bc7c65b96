"""Runs main.py and ``studio`` in a separate process, as users do, or in this one.

Imports, and the bindings in Node, take seconds of processor time in each process.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

import modules  # noqa: F401 - before cdktf: it decides which Node cdktf starts
from scripts import cli
from settings.paths import PROJECT, settings_file
from studio.aws.botocore_session import default_session
from studio.processes import interrupts
from studio.terraform import synthesis
from studio.terraform.file_locks import lock_folder
from studio.terraform.stacks import levels, read_configuration
from studio.toolchain import toolbox

Template = dict[str, Any]
_HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(
    folder: Path, settings: str, *flags: str, node: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run main.py with these settings from ``folder``, without any Node on PATH.

    flags: Python's own. node: environment variables that Node or jsii reads.
    """
    config = folder / "settings.toml"
    config.write_text(settings)
    unwanted = ("JSII_", "CDKTF_", "NODE_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
    environment |= {
        "PATH": str(folder),
        "STUDIO_CONFIG": str(config),
        "CDKTF_OUTDIR": str(folder / "out"),
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(toolbox.JSII_CACHE),
        **(node or {}),
    }
    return subprocess.run(
        [sys.executable, *flags, str(PROJECT / "main.py")],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def synthesize(folder: Path, settings: str) -> dict[str, Template]:
    """What main.py writes for these settings, by stack. Raises UserError."""
    config = folder / "settings.toml"
    config.write_text(settings)
    write_stacks(folder / "out", config=config)
    return templates(folder)


def write_stacks(out: Path, *, config: Path) -> None:
    """Do what main.py does, in this process, where Node runs already. Raises UserError."""
    from cdktf import App

    import main as app

    with (
        patch.dict(os.environ, {"STUDIO_CONFIG": str(config)}),
        patch.object(app, "App", partial(App, outdir=str(out))),
    ):
        app.main()


def templates(folder: Path) -> dict[str, Template]:
    """What main.py wrote, by stack."""
    stacks = chain.from_iterable(levels(folder / "out"))
    return {stack.name: read_configuration(stack.folder) for stack in stacks}


def written_files(folder: Path) -> dict[str, str]:
    """The text of each file that main.py wrote, by its path."""
    out = folder / "out"
    return {
        str(path.relative_to(out)): path.read_text() for path in out.rglob("*") if path.is_file()
    }


def studio(
    *words: str, environment: Mapping[str, str], only_stdout: bool = False
) -> tuple[int, str]:
    """The exit code of a command of ``studio`` in this process, and what it prints."""
    handlers = {number: signal.getsignal(number) for number in _HANDLED}
    with (
        contextlib.chdir(PROJECT),
        tempfile.TemporaryFile("w+", encoding="utf-8", buffering=1) as printed,
        Path(os.devnull).open("r+") as nothing,
        patch.dict(os.environ, environment, clear=True),
        patch.object(synthesis, "run_app", run_app),
        patch.object(sys, "stdin", nothing),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(nothing if only_stdout else printed),
    ):
        default_session.cache_clear()
        try:
            code = cli.main(words)
        except SystemExit as ended:
            code = int(ended.code or 0)  # of argparse
        finally:
            default_session.cache_clear()
            lock_folder.cache_clear()
            interrupts.hurried.clear()
            for number, handler in handlers.items():
                signal.signal(number, handler)
        printed.seek(0)
        return code, printed.read()


def run_app(out: Path, *, config: Path, inputs: Mapping[str, str] = synthesis.NO_INPUTS) -> None:
    """As ``synthesis.run_app``. Raises UserError."""
    synthesis.make_folder(out)
    with patch.dict(os.environ, {**synthesis.app_inputs(config), **inputs}):
        write_stacks(out, config=settings_file())
