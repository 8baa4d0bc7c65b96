"""``python main.py`` with cdktf and jsii as they are: without what modules/ replaces in them."""

import os
from pathlib import Path

from settings.paths import PROJECT
from tests.program import main, written_files

TWO_USERS = "[users.alice]\n[users.bob]\n"
_AS_JSII_DOES = f"""
import runpy, sys, types
sys.modules["modules.jsii_requests"] = types.SimpleNamespace(install=lambda: None)
sys.path[0] = {str(PROJECT)!r}
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def test_without_what_makes_it_faster_the_same_is_written(tmp_path: Path) -> None:
    """A Node before 22.15 loads all bindings, and runs cdktf and jsii as they are."""
    faster, unmodified = tmp_path / "faster", tmp_path / "unmodified"
    faster.mkdir()
    unmodified.mkdir()
    run = main(faster, TWO_USERS)
    assert run.returncode == 0, run.stderr
    node = unmodified / "node"
    node.write_text(f'#!/bin/sh\n: > ran\nNODE_OPTIONS= exec "{os.environ["JSII_NODE"]}" "$@"\n')
    node.chmod(0o755)
    run = main(unmodified, TWO_USERS, "-c", _AS_JSII_DOES, node={"JSII_NODE": str(node)})
    assert run.returncode == 0, run.stderr
    assert (unmodified / "ran").exists()
    assert written_files(unmodified) == written_files(faster)
