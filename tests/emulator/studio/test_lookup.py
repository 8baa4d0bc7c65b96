"""Names of domains, user profiles and spaces in requests; requests while a change runs."""

from typing import Any

import pytest

from tests.emulator.control_plane import ControlPlane, refused

ID = "d-abcdefghijkl"


@pytest.mark.parametrize("operation", ["DescribeDomain", "UpdateDomain", "DeleteDomain"])
def test_unknown_domain(studio: ControlPlane, operation: str) -> None:
    refused("ResourceNotFound", ID, getattr(studio, operation), DomainId=ID)


def test_names_keep_their_case_and_arns_are_lower_case(studio: ControlPlane) -> None:
    domain_id = studio.domain()
    studio.profile(domain_id, "Alice")
    studio.space(domain_id, "Alice", owner="Alice")
    alice = studio.DescribeUserProfile(DomainId=domain_id, UserProfileName="ALICE")
    space = studio.DescribeSpace(DomainId=domain_id, SpaceName="ALICE")
    assert (alice["UserProfileName"], space["SpaceName"]) == ("Alice", "Alice")
    assert alice["UserProfileArn"].endswith(f":user-profile/{domain_id}/alice")
    assert space["SpaceArn"].endswith(f":space/{domain_id}/alice")


def test_requests_while_a_change_runs(studio: ControlPlane) -> None:
    """The clock stands still: each resource is Pending, then Deleting."""

    def require_state(state: str, *operations: str, **key: Any) -> None:
        for operation in operations:
            words = f"is in state {state}, it must be"
            refused("ValidationException", words, getattr(studio, operation), **key)

    domain = {"DomainId": studio.CreateDomain(**studio.domain_params())["DomainId"]}
    require_state("Pending", "UpdateDomain", "DeleteDomain", **domain)
    studio.wait(600)
    alice = domain | {"UserProfileName": "alice"}
    studio.CreateUserProfile(**alice)
    operations = ("UpdateUserProfile", "DeleteUserProfile", "CreatePresignedDomainUrl")
    require_state("Pending", *operations, **alice)
    lab: dict[str, Any] = {
        "SpaceSettings": {"AppType": "JupyterLab"},
        "OwnershipSettings": {"OwnerUserProfileName": "alice"},
        "SpaceSharingSettings": {"SharingType": "Private"},
    }
    named = domain | {"SpaceName": "lab"}
    require_state("Pending", "CreateSpace", **named | lab)
    studio.wait(60)
    studio.CreateSpace(**named, **lab)
    require_state("Pending", "UpdateSpace", "DeleteSpace", **named)
    studio.wait(60)
    studio.DeleteSpace(**named)
    require_state("Deleting", "UpdateSpace", "DeleteSpace", **named)
    studio.wait(60)
    studio.DeleteUserProfile(**alice)
    require_state("Deleting", *operations, **alice)
    studio.wait(60)
    studio.DeleteDomain(**domain)
    require_state("Deleting", "UpdateDomain", "DeleteDomain", **domain)
