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


def test_the_group_overrides_the_defaults() -> None:
    found = settings()
    assert found.idle_minutes("alice") == 240
    assert found.user_images("alice") == ["slim"]
    assert found.connect("alice") is ConnectMethod.SSH_HELPER
    assert found.space("alice").instance_type == "ml.t3.xlarge"
    assert found.space("alice").volume_gb == 20
    assert found.connect("bob") is ConnectMethod.NATIVE


def test_the_user_overrides_group_and_defaults() -> None:
    user = {"group": "vision", "idle_minutes": 60, "space": {"instance_type": "ml.m5.large"}}
    found = settings(
        defaults={"idle_minutes": 525600}, users={"alice": user, "bob": {"images": []}}
    )
    assert [found.idle_minutes(name) for name in found.users] == [60, 525600]
    assert [found.user_images(name) for name in found.users] == [["slim"], []]
    assert found.space("alice").instance_type == "ml.m5.large"
    assert found.space("alice").image == "slim"


def test_an_error_in_a_group_is_reported_once_with_the_key_of_the_group() -> None:
    small = {"space": {"instance_type": "ml.t3.medium"}}
    two = {"alice": {"group": "vision"}, "bob": {"group": "vision"}}
    with pytest.raises(ValidationError) as raised:
        settings(groups={"vision": small}, users=two)
    found = str(raised.value.errors()[0]["ctx"]["error"])
    assert found.startswith("groups.vision.space.instance_type: 8 GiB of memory or more")
    assert found.count("groups.vision") == 1
