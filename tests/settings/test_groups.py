"""The keys of a user override those of the group, which override the defaults."""

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
    """The error message for the settings."""
    with pytest.raises(ValidationError) as error:
        settings(**values)
    return str(error.value.errors()[0]["ctx"]["error"])


def test_the_group_overrides_the_defaults() -> None:
    found = settings()
    assert found.idle_minutes("alice") == 240
    assert found.user_images("alice") == ["slim"]
    assert found.connect("alice") is ConnectMethod.SSH_HELPER
    assert found.space("alice").instance_type == "ml.t3.xlarge"
    assert found.space("alice").volume_gb == 20
    assert found.connect("bob") is ConnectMethod.NATIVE


def test_the_user_overrides_the_group() -> None:
    user = {"group": "vision", "idle_minutes": 60, "space": {"instance_type": "ml.m5.large"}}
    found = settings(users={"alice": user})
    assert found.idle_minutes("alice") == 60
    assert found.space("alice").instance_type == "ml.m5.large"
    assert found.space("alice").image == "slim"


def test_an_error_in_a_group_is_reported_once_with_the_key_of_the_group() -> None:
    small = {"space": {"instance_type": "ml.t3.medium"}}
    two = {"alice": {"group": "vision"}, "bob": {"group": "vision"}}
    found = problem(groups={"vision": small}, users=two)
    assert found.startswith("groups.vision.space.instance_type: 8 GiB of memory or more")
    assert found.count("groups.vision") == 1


def test_more_policies_than_the_quota_of_a_role_are_refused() -> None:
    arns = [f"arn:aws:iam::111122223333:policy/p{number}" for number in range(8)]
    assert settings(groups={"vision": {"policies": arns}}).group("alice").policies == tuple(arns)
    assert problem(groups={"vision": {"policies": arns, "buckets": ["team-data"]}}) == (
        "groups.vision.policies: at most 7 policies: `studio` attaches 3 to each role, and IAM's "
        "quota is 10"
    )
