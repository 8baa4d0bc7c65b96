"""Requests that statuses, names, resources in use and quotas refuse."""

from collections.abc import Callable
from functools import partial

import pytest

from studio_emulator.errors import AwsError
from studio_emulator.studio.store import store
from tests.emulator.control_plane import SERVICE_MODEL, ControlPlane, refused

ID = "d-abcdefghijkl"
NAMED = ["UserProfile", "Space", "Image", "AppImageConfig", "StudioLifecycleConfig"]
USABLE = {"InService", "Update_Failed"}
DELETABLE = {*USABLE, "Failed", "Delete_Failed"}


@pytest.mark.parametrize("kind", ["Domain", *NAMED])
def test_unknown_resource(studio: ControlPlane, kind: str) -> None:
    key, words = {"DomainId": ID, f"{kind}Name": "absent"}, ID if kind == "Domain" else "absent"
    for operation in (f"Describe{kind}", f"Update{kind}", f"Delete{kind}"):
        if hasattr(studio, operation):
            refused("ResourceNotFound", words, getattr(studio, operation), **key)


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


@pytest.mark.parametrize("kind", NAMED)
def test_names_are_unique_regardless_of_case(studio: ControlPlane, kind: str) -> None:
    create, given, name = getattr(studio, f"Create{kind}"), studio.required(kind), f"{kind}Name"
    arn = create(**given, **{name: "Start"})[f"{kind}Arn"]
    assert arn.endswith("/start")
    for taken in ("Start", "START"):
        refused("ResourceInUse", " already ", create, **given, **{name: taken})
    shown = "START" if "DomainId" in given else "Start"
    described = getattr(studio, f"Describe{kind}")(**given, **{name: shown})
    assert (described[name], described[f"{kind}Arn"]) == ("Start", arn)


@pytest.mark.parametrize(
    ("kind", "option"),
    [("Domain", "max_domains"), ("UserProfile", "max_user_profiles"), ("Space", "max_spaces")],
)
def test_quota(studio: ControlPlane, kind: str, option: str) -> None:
    create, given, name = getattr(studio, f"Create{kind}"), studio.required(kind), f"{kind}Name"
    create(**given | {name: "one"})
    studio.options.update({option: 1})
    words = f"is 1 {kind}s, with current utilization of 1 {kind}s"
    refused("ResourceLimitExceeded", words, create, **given | {name: "two"})


def test_a_domain_profile_or_space_with_resources_is_not_deleted(studio: ControlPlane) -> None:
    app = studio.app_key(studio.running_space())
    domain = {"DomainId": app["DomainId"]}
    alice, lab = domain | {"UserProfileName": "alice"}, domain | {"SpaceName": "lab"}
    chain = [("Domain", domain), ("UserProfile", alice), ("Space", lab), ("App", app)]
    while chain:
        kind, key = chain.pop()
        words = f"because {kind}(s) are associated with it."
        delete = getattr(studio, f"Delete{kind}")
        for step in (partial(delete, **key), partial(studio.wait, 1200)):
            for owner, named in chain:
                refused("ResourceInUse", words, getattr(studio, f"Delete{owner}"), **named)
            step()
    assert studio.ListDomains()["Domains"] == []
