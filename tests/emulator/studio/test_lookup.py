"""Statuses and names in requests about domains, user profiles and spaces."""

from collections.abc import Callable

import pytest

from studio_emulator.errors import AwsError
from studio_emulator.studio.store import store
from tests.emulator.control_plane import ROLE, SERVICE_MODEL, ControlPlane, refused

ID = "d-abcdefghijkl"
ROLE_OF_SPACES = {"DefaultSpaceSettings": {"ExecutionRole": ROLE}}
SCRIPT = {"StudioLifecycleConfigContent": "ZQ==", "StudioLifecycleConfigAppType": "JupyterLab"}
USABLE = {"InService", "Update_Failed"}
DELETABLE = {*USABLE, "Failed", "Delete_Failed"}


@pytest.mark.parametrize("operation", ["DescribeDomain", "UpdateDomain", "DeleteDomain"])
def test_unknown_domain(studio: ControlPlane, operation: str) -> None:
    refused("ResourceNotFound", ID, getattr(studio, operation), DomainId=ID)


@pytest.mark.parametrize("status", SERVICE_MODEL.shape_for("DomainStatus").enum)
@pytest.mark.parametrize(
    ("kind", "creations"),
    [
        ("Domain", ["CreateUserProfile", "CreateSpace", "CreateApp", "CreatePresignedDomainUrl"]),
        ("UserProfile", ["CreateSpace", "CreatePresignedDomainUrl"]),
        ("Space", ["CreateApp"]),
    ],
)
def test_statuses_that_allow_a_request(
    studio: ControlPlane, kind: str, creations: list[str], status: str
) -> None:
    domain_id = studio.idle_space()
    domain = {"DomainId": domain_id}
    alice, lab = domain | {"UserProfileName": "alice"}, domain | {"SpaceName": "lab"}
    key = {"Domain": domain, "UserProfile": alice, "Space": lab}[kind]
    requests: dict[str, Callable[[], object]] = {
        "CreateUserProfile": lambda: studio.profile(domain_id, "bob"),
        "CreateSpace": lambda: studio.space(domain_id, "other"),
        "CreateApp": lambda: studio.app(domain_id),
        "CreatePresignedDomainUrl": lambda: studio.CreatePresignedDomainUrl(**alice),
        f"Update{kind}": lambda: getattr(studio, f"Update{kind}")(**key),
        f"Delete{kind}": lambda: getattr(studio, f"Delete{kind}")(**key),
    }
    arn = getattr(studio, f"Describe{kind}")(**key)[f"{kind}Arn"]
    (resource,) = (found for found in store(studio.call).resources() if found.arn == arn)
    for operation in (*creations, f"Update{kind}", f"Delete{kind}"):
        resource.status, refusal = status, ""
        try:
            requests[operation]()
        except AwsError as error:
            refusal = error.message if error.code == "ValidationException" else ""
        allowed = DELETABLE if operation == f"Delete{kind}" else USABLE
        expected = "" if status in allowed else f"{kind} [{arn}] is in state {status}, it must be"
        assert refusal.partition(" in InService")[0] == expected, operation


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("UserProfile", {"DomainId": ID}),
        ("Space", {"DomainId": ID}),
        ("Image", {"RoleArn": ROLE}),
        ("AppImageConfig", {}),
        ("StudioLifecycleConfig", SCRIPT),
    ],
)
def test_names_are_unique_regardless_of_case(
    studio: ControlPlane, kind: str, given: dict[str, str]
) -> None:
    if "DomainId" in given:
        given = {"DomainId": studio.domain(**ROLE_OF_SPACES)}
    name, create = f"{kind}Name", getattr(studio, f"Create{kind}")
    arn = create(**given, **{name: "Start"})[f"{kind}Arn"]
    assert arn.endswith("/start")
    for taken in ("Start", "START"):
        refused("ResourceInUse", " already ", create, **given, **{name: taken})
    shown = "START" if "DomainId" in given else "Start"
    described = getattr(studio, f"Describe{kind}")(**given, **{name: shown})
    assert (described[name], described[f"{kind}Arn"]) == ("Start", arn)
