"""Ctrl-C while a program starts is one line."""

import sys

import pytest

from settings.paths import PROJECT
from studio.processes.children import captured

INTERRUPTED = """
import sys

class Interrupting:
    @staticmethod
    def find_spec(name, *_):
        if name == {module!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupting)
"""
WHILE_IT_LOADS = {
    "studio": ("scripts.cli", "from scripts.start import studio; sys.exit(studio())"),
    "studio, its subcommand": (
        "scripts.demo",
        "sys.argv = ['studio', 'demo']; from scripts.start import studio; sys.exit(studio())",
    ),
    "cdktf": ("pydantic", "from scripts.start import cdktf; sys.exit(cdktf())"),
}


@pytest.mark.parametrize(
    ("program", "module", "code"),
    [(program, *rest) for program, rest in WHILE_IT_LOADS.items()],
    ids=WHILE_IT_LOADS,
)
def test_ctrl_c_while_it_loads_is_one_line(program: str, module: str, code: str) -> None:
    command = [sys.executable, "-c", INTERRUPTED.format(module=module) + code]
    ended = captured(command, cwd=PROJECT, seconds=120)
    line = f"{program.partition(',')[0]}: interrupted; run it again to continue\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", line)
