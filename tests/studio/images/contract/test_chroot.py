"""Commands in a chroot of buildah, which may lose their output."""

import time
from pathlib import Path

import pytest

from studio.images.contract.chroot import ChrootContainer
from studio.images.contract.container import Finished

LOSING = """#!/bin/sh
# Loses the output of the first {losing} commands, as buildah's chroot sometimes does.
while [ "$1" != -- ]; do shift; done
shift
echo run >> {notes}
[ "$(wc -l < {notes})" -gt {losing} ] || exec "$@" > /dev/null
exec "$@"
"""


def losing_engine(folder: Path, losing: int) -> ChrootContainer:
    """A container whose engine loses the output of the first commands."""
    buildah = folder / "buildah"
    buildah.write_text(LOSING.format(losing=losing, notes=folder / "notes"))
    buildah.chmod(0o755)
    with (folder / "log").open("w") as log:
        container = ChrootContainer([str(buildah), "run"], "name", "", ["true"], log)
    while container.alive():
        time.sleep(0.01)
    return container


@pytest.mark.parametrize("losing", [0, 1, 3])
def test_execute_repeats_a_command_with_lost_output(tmp_path: Path, losing: int) -> None:
    seen = losing_engine(tmp_path, losing).execute(["sh", "-c", "echo one; printf two; exit 3"])
    assert (seen.code, seen.output) == (3, "one\ntwo")


def test_execute_has_a_limited_number_of_attempts(tmp_path: Path) -> None:
    assert losing_engine(tmp_path, 1000).execute(["echo", "one"]) == Finished(0, "", "")
