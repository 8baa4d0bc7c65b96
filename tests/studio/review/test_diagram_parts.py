"""The boxes of the diagram."""

import pytest

from studio.review.diagram_parts import Part, deployment_parts
from studio.terraform.plan import Action, Change
from tests.studio.review.plans import change, reviewed

UNCHANGED = [change("aws_iam_role", f"r{n}", Action.NOTHING, name=f"r{n}") for n in range(4)]
CREATED = change("aws_iam_role", "new", name="new")
DESTROYED = change("aws_iam_role", "old", Action.DESTROY, name="old")


@pytest.mark.parametrize(
    ("changes", "detail", "action"),
    [
        (UNCHANGED, "unchanged", Action.NOTHING),
        ([CREATED, DESTROYED, *UNCHANGED], "1 created, 1 destroyed, 4 unchanged", Action.UPDATE),
        ([DESTROYED, *UNCHANGED], "1 destroyed, 4 unchanged", Action.UPDATE),
        ([DESTROYED], "destroyed", Action.DESTROY),
        ([CREATED], "created", Action.CREATE),
    ],
)
def test_a_group_is_struck_out_only_if_all_of_it_is_destroyed(
    changes: list[Change], detail: str, action: Action
) -> None:
    (roles,) = deployment_parts(reviewed(*changes)).permissions
    assert roles.label == ("1 role" if len(changes) == 1 else f"{len(changes)} roles")
    assert (roles.detail, roles.action) == (detail, action)


def test_an_unchanged_image_version_is_shown() -> None:
    version = change("aws_sagemaker_image_version", action=Action.NOTHING, image_name="lab-slim")
    assert deployment_parts(reviewed(version)).images == [
        Part(label="lab-slim", detail="version", action=Action.NOTHING)
    ]


def test_of_a_hundred_users_those_that_change_are_shown() -> None:
    users = [
        change("aws_sagemaker_user_profile", f"u{n}", Action.NOTHING, user_profile_name=f"u{n}")
        for n in range(100)
    ]
    new = change("aws_sagemaker_user_profile", "z", user_profile_name="alice")
    first, *_, last = deployment_parts(reviewed(*users, new)).users
    assert first == Part(label="alice", detail="user profile", action=Action.CREATE)
    assert last == Part(label="and 78 more", detail="", action=Action.NOTHING)


@pytest.mark.parametrize(
    ("others", "detail"),
    [
        ([], "no internet access"),
        ([change("aws_nat_gateway")], "internet access"),
        ([change("aws_route", destination_cidr_block="0.0.0.0/0")], "internet access"),
        ([change("aws_nat_gateway", action=Action.DESTROY)], "no internet access"),
    ],
)
def test_a_vpc_with_a_gateway_has_internet_access(others: list[Change], detail: str) -> None:
    vpc = deployment_parts(reviewed(change("aws_vpc", cidr_block="10.20.0.0/16"), *others)).vpc
    assert vpc == Part(label="10.20.0.0/16", detail=detail, action=Action.CREATE)


def test_no_subnet_or_endpoint_is_hidden() -> None:
    subnets = [change("aws_subnet", f"s{n}", cidr_block=f"10.20.{n}.0/24") for n in range(30)]
    endpoints = [change("aws_vpc_endpoint", f"e{n}", service_name=f"e{n}") for n in range(30)]
    parts = deployment_parts(reviewed(*subnets, *endpoints))
    assert len(parts.subnets) == len(parts.endpoints) == 30
