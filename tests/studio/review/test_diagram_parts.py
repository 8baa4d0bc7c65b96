"""The boxes of the diagram."""

import pytest

from settings import Settings
from studio.review.boxes import Part
from studio.review.diagram_parts import Parts, deployment_parts
from studio.terraform.plan import Action, Change
from tests.studio.review.plans import change, existing, user


def parts(*changes: Change, settings: Settings | None = None) -> Parts:
    return deployment_parts(changes, settings or Settings())


def endpoint(name: str, action: Action = Action.NOTHING, kind: str = "Interface") -> Change:
    service = f"com.amazonaws.us-east-1.{name}"
    return change("aws_vpc_endpoint", name, action, service_name=service, vpc_endpoint_type=kind)


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
