"""Terraform applies configurations for AWS to the emulator.

They use every argument of provider 5.100.0 for the resources of Studio, as its acceptance tests and
public modules do.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.upstream_configurations.runs import Run, emulated_aws, lifecycle

LIFECYCLES = ("images", "private_network", "people", "settings")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, "Future[Run]"]]:
    """All configurations, on two emulated AWS.

    The images have a separate one: the provider waits for a minute after it creates an image.
    """
    found = {}
    with ExitStack() as running:
        for names in (LIFECYCLES[:1], LIFECYCLES[1:]):
            aws = running.enter_context(emulated_aws(tmp_path_factory.mktemp("aws")))
            pool = running.enter_context(ThreadPoolExecutor(max_workers=1))
            for name in names:
                found[name] = pool.submit(lifecycle, name, tmp_path_factory.mktemp(name), aws)
        yield found


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_configuration_applies_changes_imports_and_destroys(
    runs: dict[str, "Future[Run]"], name: str
) -> None:
    run = runs[name].result()
    assert set(map(tuple, run.planned.pop("change").values())) == {("update",)}
    assert run.planned == {"again": {}, "again after the change": {}, "import": {}}
    assert run.left == []
