"""The README of the emulator: its Python example runs, its tables name every option and call."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import studio_emulator
from studio_emulator.options import Options

README = (Path(studio_emulator.__file__).parent.parent / "README.md").read_text()


def test_the_python_example_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    ran = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True, cwd=tmp_path, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    assert "sagemaker domain team" in ran.stdout.splitlines()
    assert "sagemaker user-profile alice" in ran.stdout.splitlines()


def test_each_option_is_described_with_its_default() -> None:
    table = README.partition("## Options")[2].partition("## Faults")[0]
    described = {
        name: default
        for names, default in re.findall(r"^\| (`[^|]+`) \| `([^|]+)` \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", names)
    }
    defaults = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in Options().as_dict().items()
    }
    assert described == defaults
