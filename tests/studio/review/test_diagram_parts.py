"""The boxes of the diagram."""

import pytest

from settings import Settings
from studio.review.boxes import Part
from studio.review.diagram_parts import Parts, deployment_parts
from studio.terraform.plan import Action, Change
from tests.studio.review.plans import change, existing

ROLES = [change("aws_iam_role", f"r{n}", Action.NOTHING, name=f"r{n}") for n in range(4)]
NEW = change("aws_iam_role", "new", name="new")
OLD = change("aws_iam_role", "old", Action.DESTROY, name="old")


def parts(*changes: Change, settings: Settings | None = None) -> Parts:
    return deployment_parts(changes, settings or Settings())


def endpoint(name: str, action: Action = Action.NOTHING, kind: str = "Interface") -> Change:
    service = f"com.amazonaws.us-east-1.{name}"
    return change("aws_vpc_endpoint", name, action, service_name=service, vpc_endpoint_type=kind)


def user(name: str, action: Action = Action.NOTHING) -> list[Change]:
    return [
        change("aws_sagemaker_user_profile", name, action, user_profile_name=name),
        change("aws_iam_role", f"user-{name}", action, name=f"studio-user-{name}"),
    ]


def test_resources_of_a_type_have_a_box_for_each_action() -> None:
    assert parts(*ROLES, NEW, OLD).account == [
        Part(label="1 role", details=("old",), action=Action.DESTROY),
        Part(label="1 role", details=("new",), action=Action.CREATE),
        Part(label="4 roles", details=("r0, r1, r2, r3",)),
    ]


def test_endpoints_are_counted_and_named() -> None:
    names = ("logs", "sagemaker.runtime", "codeartifact.repositories", "ecr.api")
    found = parts(
        *map(endpoint, names),
        endpoint("git-codecommit", Action.CREATE),
        endpoint("s3", kind="Gateway"),
    )
    assert found.endpoints == [
        Part(label="1 interface endpoint", details=("git-codecommit",), action=Action.CREATE),
        Part(label="4 interface endpoints", details=(", ".join(sorted(names)),)),
        Part(label="1 gateway endpoint", details=("s3",)),
    ]


def test_37_users_are_a_box_and_the_new_one_is_another() -> None:
    users = [one for n in range(37) for one in user(f"u{n:02}")]
    some, many = parts(*users, *user("alice", Action.CREATE)).users
    assert (some.label, some.details[0], some.action) == ("1 user", "alice", Action.CREATE)
    assert (many.label, many.action) == ("37 users", Action.NOTHING)
    assert many.details[0].endswith("u11 and 25 more")


def test_a_user_shows_the_action_of_each_resource() -> None:
    profile, role = user("alice")
    space = change("aws_sagemaker_space", "alice", Action.DESTROY, space_name="alice")
    found = parts(profile, role, space, *ROLES)
    assert found.users == [
        Part(
            label="alice",
            details=("destroyed: space (volume)", "unchanged: profile, role"),
            action=Action.UPDATE,
        )
    ]
    assert [part.label for part in found.account] == ["4 roles"]


def test_an_existing_network_is_drawn_as_existing() -> None:
    settings = existing(2, ["ssm", "ssmmessages", "sts"], security_group_ids=["sg-01234567"])
    found = parts(*user("alice"), settings=settings)
    assert found.vpc == Part(label="Existing VPC vpc-01234567", details=("unchanged",))
    assert [part.details for part in found.subnets] == [("subnet-00000000",), ("subnet-00000001",)]
    assert found.endpoints == [
        Part(label="ssm, ssmmessages", details=("existing endpoints",), on_path=True),
        Part(label="1 existing endpoint", details=("sts",)),
    ]
    assert found.groups == [Part(label="existing security groups", details=("sg-01234567",))]
    assert found.has_path


def test_16_existing_subnets_are_one_box() -> None:
    (box,) = parts(settings=existing(16)).subnets
    assert box.label == "16 existing subnets"


@pytest.mark.parametrize(
    ("others", "access"),
    [
        ([], "no route to the internet"),
        ([change("aws_nat_gateway")], "a route to the internet"),
        ([change("aws_route", destination_cidr_block="0.0.0.0/0")], "a route to the internet"),
        ([change("aws_nat_gateway", action=Action.DESTROY)], "no route to the internet"),
    ],
)
def test_a_vpc_with_a_gateway_has_a_route_to_the_internet(
    others: list[Change], access: str
) -> None:
    vpc = parts(change("aws_vpc", cidr_block="10.20.0.0/16"), *others).vpc
    assert vpc == Part(label="VPC 10.20.0.0/16", details=(access,), action=Action.CREATE)


def test_an_unchanged_image_version_has_a_box() -> None:
    version = change("aws_sagemaker_image_version", "v", Action.NOTHING, image_name="studio-slim")
    (box,) = parts(version).account
    assert (box.label, box.action) == ("1 image version", Action.NOTHING)
