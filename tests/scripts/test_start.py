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
START = """
sys.argv = [{program!r}, "demo"]
from scripts import start
sys.exit(start.{program}())
"""


@pytest.mark.parametrize(
    ("program", "module"),
    [("studio", "scripts.cli"), ("studio", "scripts.demo"), ("cdktf", "pydantic")],
)
def test_ctrl_c_while_it_loads_is_one_line(program: str, module: str) -> None:
    code = (INTERRUPTED + START).format(program=program, module=module)
    ended = captured([sys.executable, "-c", code], cwd=PROJECT, seconds=120)
    line = f"{program}: interrupted; run it again to continue\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", line)
