"""Groups: a user's own key comes first, then the group's, then the defaults."""

import pytest
from pydantic import ValidationError

from settings import ConnectMethod, Settings

GROUP = {
    "idle_minutes": 240,
    "images": ["slim"],
    "connect": "ssh-helper",
    "space": {"instance_type": "ml.t3.xlarge", "image": "slim"},
}


def settings(**values: object) -> Settings:
    """Settings with the group vision, and alice in it."""
    return Settings.model_validate(
        {"groups": {"vision": GROUP}, "users": {"alice": {"group": "vision"}, "bob": {}}} | values
    )


def problem(**values: object) -> str:
    """What is wrong with the settings."""
    with pytest.raises(ValidationError) as error:
        settings(**values)
    return str(error.value.errors()[0]["ctx"]["error"])


def test_the_group_holds_where_the_user_says_nothing() -> None:
    found = settings()
    assert found.idle_minutes("alice") == 240
    assert found.user_images("alice") == ["slim"]
    assert found.connect("alice") is ConnectMethod.SSH_HELPER
    assert found.space("alice").instance_type == "ml.t3.xlarge"
    assert found.space("alice").volume_gb == 20
    assert found.connect("bob") is ConnectMethod.NATIVE


def test_the_user_holds_before_the_group() -> None:
    user = {"group": "vision", "idle_minutes": 60, "space": {"instance_type": "ml.m5.large"}}
    found = settings(users={"alice": user})
    assert found.idle_minutes("alice") == 60
    assert found.space("alice").instance_type == "ml.m5.large"
    assert found.space("alice").image == "slim"


def test_a_group_that_does_not_exist() -> None:
    assert problem(users={"alice": {"group": "audio"}}) == (
        "users.alice.group: a group of the settings: vision"
    )


def test_a_problem_of_the_group_is_reported_once_with_the_groups_key() -> None:
    small = {"space": {"instance_type": "ml.t3.medium"}}
    two = {"alice": {"group": "vision"}, "bob": {"group": "vision"}}
    found = problem(groups={"vision": small}, users=two)
    assert found.startswith("groups.vision.space.instance_type: 8 GiB of memory or more")
    assert found.count("groups.vision") == 1


def test_an_image_of_a_group_is_an_enabled_one() -> None:
    assert problem(groups={"vision": {"images": ["torch"]}}, users={}) == (
        "groups.vision.images[0]: an enabled image; enabled: slim"
    )


def test_policies_of_another_partition() -> None:
    arn = "arn:aws-cn:iam::111122223333:policy/x"
    assert problem(groups={"vision": {"policies": [arn]}}) == (
        "groups.vision.policies[0]: an ARN that starts with arn:aws:iam:"
    )


def test_more_policies_than_a_role_takes() -> None:
    arns = [f"arn:aws:iam::111122223333:policy/p{number}" for number in range(8)]
    assert settings(groups={"vision": {"policies": arns}}).group("alice").policies == tuple(arns)
    assert problem(groups={"vision": {"policies": arns, "buckets": ["team-data"]}}) == (
        "groups.vision.policies: at most 7 policies: `studio` attaches 3 to each role, and IAM's "
        "quota is 10"
    )
