"""The order of tests in the workers of pytest-xdist."""

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


TESTS = [f"{long}::test_alone" for long in (FIRST, SECOND, THIRD)]
TESTS += [f"tests/test_{letter}.py::test_{n}" for letter in "abc" for n in range(3)]


def schedule(number: int) -> tuple[LongestFirst, list[Worker]]:
    """The scheduler and its workers, after they have got their first tests."""
    option = SimpleNamespace(tx=["popen"] * number, px=[], loadscopereorder=False)
    config: Any = SimpleNamespace(option=option, getvalue=lambda name: getattr(option, name))
    scheduling = LongestFirst(config, SimpleNamespace(loadscopesched=lambda *_: None))
    workers = [Worker() for _ in range(number)]
    for worker in workers:
        scheduling.add_node(worker)
        scheduling.add_node_collection(worker, TESTS)
    scheduling.schedule()
    return scheduling, workers


def files(worker: Worker) -> list[str]:
    return [TESTS[index].partition("::")[0] for index in worker.given]


def test_no_long_file_waits_for_another_test() -> None:
    scheduling, workers = schedule(2)
    assert list(map(files, workers)) == [
        [FIRST, *["tests/test_c.py"] * 3],
        [SECOND, *["tests/test_b.py"] * 3],
    ]
    for index in workers[0].given[:2]:
        scheduling.mark_test_complete(workers[0], index)
    assert TESTS[workers[0].given[-1]].startswith(THIRD)


def test_one_of_three_workers_begins_with_short_files() -> None:
    _, workers = schedule(3)
    assert [files(worker)[0] for worker in workers] == [FIRST, SECOND, "tests/test_c.py"]
