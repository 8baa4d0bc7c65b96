"""The README of the emulator: its Python example, and its table of options."""

import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import studio_emulator
from studio_emulator import server
from studio_emulator.options import Options
from studio_emulator.server import Emulator
from tests.fast_calls import call_over_http

README = (Path(studio_emulator.__file__).parent.parent / "README.md").read_text()


def test_readme_python_example_runs(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def in_place_of_another(**options: Any) -> Any:
        Options(**options)
        return nullcontext(aws)

    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    call_over_http(monkeypatch)
    monkeypatch.setattr(server, "Emulator", in_place_of_another)
    exec(example, {})
    printed = capsys.readouterr().out.splitlines()
    assert {"sagemaker domain team", "sagemaker user-profile alice"} <= set(printed)


def test_readme_lists_options_with_defaults() -> None:
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
