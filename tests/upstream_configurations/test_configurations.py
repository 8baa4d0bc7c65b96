"""Terraform applies configurations for AWS to the emulator.

They use every argument of provider 5.100.0 for the resources of Studio, as its acceptance tests and
public modules do.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.upstream_configurations.runs import Run, emulated_aws, lifecycle, refused

LIFECYCLES = ("images", "private_network", "people", "settings")
REFUSALS = (
    "The subnet ID 'subnet-12345678' does not exist",
    "does not belong to VPC",
    "The vpc ID 'vpc-12345678' does not exist",
    "role/absent' does not exist",
    "unable to assume the role",
    "Security group",
    "Image [absent] does not exist",
    "studio-lifecycle-config/absent] does not exist",
    "KMS key '12345678-1234-1234-1234-123456789012' does not exist",
    "SingleSignOnUserIdentifier cannot be specified",
    "Domain [d-absentabsent] does not exist",
    "UserProfile [absent] does not exist",
    "has no DefaultSpaceSettings",
    "Studio Classic is closed",
    "Unsupported FileSystemConfig parameters",
    "Image with ImageName absent does not exist",
    "must be base64 encoded",
)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, "Future[Run]"]]:
    """All configurations, on two emulated AWS.

    The images have a separate one: the provider waits for a minute after it creates an image.
    """
    found = {}
    with ExitStack() as running:
        for names in (("images",), (*LIFECYCLES[1:], "refusals")):
            aws = running.enter_context(emulated_aws(tmp_path_factory.mktemp("aws")))
            pool = running.enter_context(ThreadPoolExecutor(max_workers=1))
            for name in names:
                run = refused if name == "refusals" else lifecycle
                found[name] = pool.submit(run, name, tmp_path_factory.mktemp(name), aws)
        yield found


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_configuration_applies_changes_imports_and_destroys(
    runs: dict[str, "Future[Run]"], name: str
) -> None:
    run = runs[name].result()
    changed = run.planned.pop("change")
    assert changed
    assert [change for change in changed if not change.endswith(": update")] == []
    assert run.planned == {"again": [], "again after the change": [], "import": []}
    assert run.left == []


def test_refusals_have_a_reason_immediately(runs: dict[str, "Future[Run]"]) -> None:
    run = runs["refusals"].result()
    printed = " ".join(run.refused.split())
    assert [words for words in REFUSALS if words not in printed] == []
    assert printed.count("Error: creating SageMaker AI") == 17
    assert run.left == []
