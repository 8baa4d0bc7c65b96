"""One run at a time in the folder of a deployment; see also state/test_folder.py."""

import os
import sys
from pathlib import Path

import pytest

from settings import Settings
from studio.errors import StepFailed
from studio.terraform import deployment
from studio.terraform.deployment import Deployment
from tests.commands import output_of
from tests.studio.terraform.clone import write_stacks
from tests.studio.terraform.state.locking import locked_by_another_process

LOCKING = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'ab'), fcntl.LOCK_EX | fcntl.LOCK_NB)"


def test_a_second_run_in_a_folder_is_refused_until_the_first_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployment, "synthesize", lambda *_, **__: None)
    it = Deployment(settings=Settings(), out=tmp_path)
    write_stacks(tmp_path, {"role": {}}, {"role": []})
    lock = tmp_path / "studio.lock"
    lock.touch()
    with (
        locked_by_another_process(lock) as pid,
        pytest.raises(StepFailed, match=rf"another run uses it: .*; `kill {pid}` ends it$"),
    ):
        it.synthesize()
    # A command synthesizes more than once.
    it.synthesize()
    it.synthesize()
    second = output_of([sys.executable, "-S", "-c", LOCKING, lock], env=os.environ, code=1)
    assert "BlockingIOError" in second
