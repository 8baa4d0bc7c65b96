"""The order of tests in the workers of pytest-xdist."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from settings.paths import PROJECT
from tests.distribution import LONG, LongestFirst

FIRST, SECOND, THIRD, *_ = LONG


class Worker:
    """A worker that records its tests."""

    gateway = SimpleNamespace(id="gw")
    shutting_down = False

    def __init__(self) -> None:
        self.given: list[int] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        self.given += indices


@pytest.mark.parametrize("path", LONG)
def test_a_long_file_or_folder_exists(path: str) -> None:
    assert (PROJECT / path).exists()


def test_no_long_file_waits_for_another_test() -> None:
    tests = [f"{FIRST}::test_alone", f"{SECOND}::test_alone", f"{THIRD}::test_alone"]
    tests += [f"tests/test_{letter}.py::test_{n}" for letter in "abc" for n in range(3)]
    option = SimpleNamespace(tx=["popen"] * 2, px=[], loadscopereorder=False)
    config: Any = SimpleNamespace(option=option, getvalue=lambda name: getattr(option, name))
    scheduling = LongestFirst(config, SimpleNamespace(loadscopesched=lambda *_: None))
    workers = [Worker(), Worker()]
    for worker in workers:
        scheduling.add_node(worker)
        scheduling.add_node_collection(worker, tests)
    scheduling.schedule()
    given = [[tests[index].partition("::")[0] for index in worker.given] for worker in workers]
    assert given == [[FIRST, *["tests/test_c.py"] * 3], [SECOND, *["tests/test_b.py"] * 3]]
    for index in workers[0].given[:2]:
        scheduling.mark_test_complete(workers[0], index)
    assert tests[workers[0].given[-1]].startswith(THIRD)
