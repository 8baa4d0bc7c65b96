"""Commands in a chroot of buildah, which may lose their output."""

from __future__ import annotations

import time
from collections.abc import Callable
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


@pytest.fixture
def losing_engine(tmp_path: Path) -> Callable[[int], ChrootContainer]:
    """A container whose engine loses the output of the first commands."""

    def make(losing: int) -> ChrootContainer:
        buildah = tmp_path / "buildah"
        buildah.write_text(LOSING.format(losing=losing, notes=tmp_path / "notes"))
        buildah.chmod(0o755)
        with (tmp_path / "log").open("w") as log:
            container = ChrootContainer([str(buildah), "run"], "name", "", ["true"], log)
        while container.alive():
            time.sleep(0.01)
        return container

    return make


@pytest.mark.parametrize("losing", [0, 1, 3])
def test_execute_repeats_a_command_with_lost_output(
    losing_engine: Callable[[int], ChrootContainer], losing: int
) -> None:
    seen = losing_engine(losing).execute(["sh", "-c", "echo one; printf two; exit 3"])
    assert (seen.code, seen.output) == (3, "one\ntwo")


def test_execute_has_a_limited_number_of_attempts(
    losing_engine: Callable[[int], ChrootContainer],
) -> None:
    assert losing_engine(1000).execute(["echo", "one"]) == Finished(0, "", "")
