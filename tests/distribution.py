"""The distribution of tests to the workers of pytest-xdist. The longest files start first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

LONG = tuple(
    f"tests/{path}"
    for path in (
        "e2e/test_slim_image.py",
        "e2e/test_faults.py",
        "e2e/test_versions.py",
        "e2e/test_image_check.py",
        "e2e/test_interrupted.py",
        "e2e/test_plain_cdktf.py",
        "upstream_configurations",
        "e2e/test_review.py",
        "e2e/test_down.py",
        "emulator/runtime",
        "e2e/test_engines.py",
        "e2e/test_connect_helper.py",
        "e2e/test_connect.py",
        "e2e/test_spaces.py",
        "plan",
        "e2e/test_existing_vpc.py",
        "e2e/test_ssh_helper_client.py",
    )
)
"""Files and folders with tests of a minute or more in total, the longest first."""

_TOGETHER = ("tests/plan", "tests/emulator/runtime")
"""Folders with slow fixtures for all files, or whose files use the container engine's images."""
_APART = ("tests/e2e/test_faults.py", "tests/e2e/test_interrupted.py")
"""Files with tests that each take a minute or more, without shared fixtures."""


def rank(nodeid: str) -> int:
    """The position of the test's file in ``LONG``; its length for all other files."""
    file = nodeid.partition("::")[0]
    return next((n for n, long in enumerate(LONG) if file.startswith(long)), len(LONG))


class LongestFirst(LoadScopeScheduling):  # type: ignore[misc] # xdist has no type hints
    """Workers start the units in the order of collection.

    A worker gets its next unit when two tests of the current one remain. If one of them is long,
    the worker gets the last unit, which is short, so that another worker can start a long one.
    One of three or more workers gets the last unit each time: while long tests wait for AWS, short
    ones use the processor.
    """

    def _split_scope(self, nodeid: str) -> str:
        """The unit of tests that one worker runs, usually a file."""
        file = nodeid.partition("::")[0]
        if file in _APART:
            return nodeid
        return next((folder for folder in _TOGETHER if file.startswith(f"{folder}/")), file)

    def _assign_work_unit(self, node: WorkerController) -> None:
        left = [
            nodeid
            for tests in self.assigned_work[node].values()
            for nodeid, done in tests.items()
            if not done
        ]
        *others, last = self.nodes
        starts_short = node is last and len(others) > 1
        if starts_short or any(rank(nodeid) < len(LONG) for nodeid in left):
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)
