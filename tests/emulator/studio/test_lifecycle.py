"""Changes of resources: statuses, times, failures."""

import math
from types import ModuleType

import pytest

from studio_emulator.errors import AwsError
from studio_emulator.studio import domains, spaces, user_profiles
from studio_emulator.studio.lifecycle import UPDATE, Resource, begin, settle
from tests.emulator.control_plane import ControlPlane, ManualClock, refused


def space() -> Resource:
    return Resource(name="lab", arn="arn:aws:sagemaker:r:1:space/d-1/lab", data={}, created=0.0)


def test_failure_reason_is_of_the_last_change() -> None:
    clock, lab = ManualClock(), space()

    def fail() -> None:
        raise AwsError("ClientError", "no role")

    begin(clock, lab, UPDATE, after=10, effect=fail)
    assert (lab.status, lab.due, lab.modified) == ("Updating", clock.at + 10, clock.at)
    settle(lab)
    answer = {"Status": "Update_Failed", "CreationTime": 0, "LastModifiedTime": clock.at + 10}
    assert lab.answer() == answer | {"FailureReason": "no role"}
    begin(clock, lab, UPDATE, after=10)
    assert "FailureReason" not in lab.answer()
    settle(lab)
    assert (lab.answer("Space")["SpaceStatus"], lab.due) == ("InService", math.inf)


def test_change_waits() -> None:
    waiting = [True]
    lab = space()
    lab.waits = lambda: waiting[0]
    begin(ManualClock(), lab, UPDATE, after=0)
    assert lab.due == math.inf
    waiting[0] = False
    assert lab.due < math.inf


@pytest.mark.parametrize(
    ("module", "kind"), [(domains, "Domain"), (user_profiles, "UserProfile"), (spaces, "Space")]
)
def test_statuses(studio: ControlPlane, module: ModuleType, kind: str) -> None:
    create, update, delete, describe = (
        getattr(studio, f"{verb}{kind}") for verb in ("Create", "Update", "Delete", "Describe")
    )
    given = studio.required(kind) | {f"{kind}Name": "lab"}
    made = create(**given)
    key = {"DomainId": made.get("DomainId", given.get("DomainId")), f"{kind}Name": "lab"}
    for status, seconds, change in (
        ("Pending", module.CREATING, update),
        ("Updating", module.UPDATING, delete),
    ):
        studio.wait(seconds - 1)
        assert describe(**key)["Status"] == status
        studio.wait(1)
        assert describe(**key)["Status"] == "InService"
        change(**key)
    studio.wait(module.DELETING - 1)
    assert describe(**key)["Status"] == "Deleting"
    studio.wait(1)
    refused("ResourceNotFound", "does not exist", describe, **key)
