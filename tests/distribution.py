"""Which worker of pytest-xdist gets which tests: the longest files begin first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

_E2E = "tests/e2e/test_"
LONG = (
    *(f"{_E2E}{name}.py" for name in ("slim_image", "review", "faults", "versions", "down")),
    *(f"{_E2E}{name}.py" for name in ("interrupted", "engines", "plain_cdktf", "scan_gate")),
    "tests/upstream_configurations",
    *(f"{_E2E}{name}.py" for name in ("spaces", "connect", "connect_helper", "image_check")),
    "tests/plan",
    f"{_E2E}existing_vpc.py",
)
"""Files and folders whose tests take a minute or more together, the longest first."""

_TOGETHER = ("tests/plan",)
"""Folders whose files share what takes long to set up."""
_APART = tuple(f"{_E2E}{name}.py" for name in ("faults", "interrupted"))
"""Files whose tests each set up what they need, and take a minute or more."""


def unit(nodeid: str) -> str:
    """The tests that one worker runs after each other: as a rule, a file."""
    file = nodeid.partition("::")[0]
    if file in _APART:
        return nodeid
    return next((folder for folder in _TOGETHER if file.startswith(f"{folder}/")), file)


def rank(nodeid: str) -> int:
    """The place of a test's file among the long ones; all others come after them."""
    file = nodeid.partition("::")[0]
    return next((n for n, long in enumerate(LONG) if file.startswith(long)), len(LONG))


class LongestFirst(LoadScopeScheduling):  # type: ignore[misc] # xdist has no type hints
    """Workers begin the units in the order of collection.

    A worker is given its next unit while two tests are left of its last one. If one of these is
    long, this is the last unit of all, which is short: a long one would wait for it, although
    another worker may be free before.
    """

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        left = [
            nodeid
            for tests in self.assigned_work[node].values()
            for nodeid, done in tests.items()
            if not done
        ]
        if any(rank(nodeid) < len(LONG) for nodeid in left):
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)
