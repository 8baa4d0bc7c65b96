"""The preview of `studio down` says what is deleted, and what is kept and why."""

from typing import Any
from unittest.mock import MagicMock

import pytest

from settings import Settings
from settings.domain import DomainSettings
from studio.aws.domain_resources import DomainResource
from studio.aws.home_file_systems import Home
from studio.lifecycle.down import Teardown
from studio.lifecycle.down_preview import preview_deleted
from studio.lifecycle.inventory import DeployedResources
from tests.emulator.samples import push
from tests.studio.account import Studio
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
    push(ours.aws, "ours/slim")
    it = Teardown.of(settings(retention), deployed, keep_homes=flag)
    kept = "\n".join(it.preview()).partition("Kept:")[2]
    assert f"  <- people's data\n    kept by {reason} to delete it\n" in kept
    assert "less 2 interface endpoints\n    the home file system needs it\n" in kept
    assert "stack ecr: 1 resources\n    it holds images, and ecr.force_delete = false; set" in kept


@pytest.mark.parametrize(
    ("retention", "flag", "by"),
    [("Retain", False, 'domain.retention = "Retain"'), ("Delete", True, "--keep-homes")],
)
def test_homes_in_an_existing_vpc_with_an_existing_key_are_left_to_sweep(
    deployed: Deployed, existing_vpc: Settings, retention: str, flag: bool, by: str
) -> None:
    domain = DomainSettings.model_validate({"retention": retention, "kms": "aws-managed"})
    wanted = existing_vpc.model_copy(update={"domain": domain})
    shown = list(Teardown.of(wanted, deployed, keep_homes=flag).preview())
    assert f"    kept by {by}; `studio sweep` deletes it later, `studio down` does not" in shown
    assert shown[-1].endswith(" a month (us-east-1)"), "there are no flow logs"


HOME = Home(id="fs-1", domain_id="d-1", bytes=0)
KINDS = ("apps", "registrations", "homes", "spaces", "profiles", "domain")


def deleted(*stacks: str, keep_homes: bool = False, **there: list[Any]) -> list[str]:
    """The preview of a deployment whose network has three resources, and of what is there."""
    deployed = DeployedResources(
        name="studio", domain_id="d-1", vpc_id=None, resources={"network": 3}
    )
    live = MagicMock(deployed=deployed, **{kind: there.get(kind, []) for kind in KINDS})
    destroyed = [stack for stack in stacks if stack in deployed.resources]
    first, *lines = preview_deleted(live, stacks=destroyed, homes=not keep_homes, only_users=False)
    assert first == "Deleted:"
    return lines


def test_the_names_of_the_first_eight_are_shown() -> None:
    apps = [
        DomainResource(key=(), name=f"app-{number}", status="InService", listed={})
        for number in range(10)
    ]
    (line,) = deleted(apps=apps)
    assert line.startswith("  10 x app: app-0 (InService), ")
    assert line.endswith("app-7 (InService) and 2 more")


def test_homes_that_are_deleted_are_peoples_data() -> None:
    assert deleted("network", homes=[HOME]) == [
        f"  1 x home file system: {HOME}  <- people's data",
        "  stack network: 3 resources",
    ]
    assert deleted("network", keep_homes=True, homes=[HOME]) == ["  stack network: 3 resources"]


def test_only_without_stacks_and_resources_there_is_nothing_to_delete() -> None:
    assert deleted() == deleted("role") == ["  nothing"]
    assert "  nothing" not in deleted("network")
    assert "  nothing" not in deleted(registrations=["mi-1"])
