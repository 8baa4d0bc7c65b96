"""Runs main.py, in a process of its own as people and the CDKTF command line do, or in this one."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from settings.paths import PROJECT
from studio.toolchain import toolbox

Template = dict[str, Any]


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

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIO_CONFIG", str(config))
        patch.setattr(app, "App", partial(App, outdir=str(out)))
        app.main()


def manifest(folder: Path) -> dict[str, Any]:
    """What main.py says that it wrote: the stacks and what each needs."""
    written: dict[str, Any] = json.loads((folder / "out" / "manifest.json").read_text())
    return written


def templates(folder: Path) -> dict[str, Template]:
    """What main.py wrote, by stack."""
    return {
        name: json.loads((folder / "out" / stack["synthesizedStackPath"]).read_text())
        for name, stack in manifest(folder)["stacks"].items()
    }
