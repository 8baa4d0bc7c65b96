"""The preview of `studio down` says what is kept, and why."""

from __future__ import annotations

import pytest

from studio.aws.domain_resources import DomainResource
from studio.lifecycle.down import Teardown
from studio.lifecycle.down_preview import preview_deleted
from studio.lifecycle.inventory import DeployedResources, LiveResources
from tests.studio.account import MANIFEST, Studio, client
from tests.studio.deployed import Deployed
from tests.studio.lifecycle.samples import settings


@pytest.mark.parametrize(
    ("retention", "flag", "reason"),
    [
        ("Retain", False, 'domain.retention = "Retain"; set it to "Delete" and run `studio down`'),
        ("Delete", True, "--keep-homes; run `studio down` without it"),
    ],
)
def test_the_preview_says_why_each_stack_is_kept(
    ours: Studio, deployed: Deployed, retention: str, flag: bool, reason: str
) -> None:
    client(ours.aws, "ecr").put_image(
        repositoryName="ours/slim", imageManifest=MANIFEST, imageTag="one"
    )
    it = Teardown.of(settings(retention), deployed, keep_homes=flag)
    kept = "\n".join(it.preview()).partition("Kept:")[2]
    assert f"  <- people's data\n    kept by {reason} to delete it\n" in kept
    assert "less 2 interface endpoints\n    the home file system needs it\n" in kept
    assert "stack ecr: 1 resources\n    it holds images, and ecr.force_delete = false; set" in kept


def test_the_names_of_the_first_eight_are_shown() -> None:
    def app(number: int) -> DomainResource:
        return DomainResource(key=(), name=f"app-{number}", status="InService", listed={})

    live = LiveResources(
        apps=[app(number) for number in range(10)], registrations=[], homes=[], groups=[],
        spaces=[], profiles=[], domain=[], ecr_bytes={},
    )  # fmt: skip
    deployed = DeployedResources(domain_id="d-1", vpc_id=None)
    _, line = preview_deleted(deployed, live, stacks=[], homes=True, only_users=True)
    assert line.startswith("  10 x app: app-0 (InService), ")
    assert line.endswith("app-7 (InService) and 2 more")
