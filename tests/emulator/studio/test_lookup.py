"""Names of domains, user profiles and spaces in requests."""

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
