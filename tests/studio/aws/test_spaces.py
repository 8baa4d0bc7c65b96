"""A user's space as SageMaker describes it."""

from __future__ import annotations

import pytest

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.spaces import Space, app_of, enable_remote_access, require_user, space_of
from tests.emulator.samples import REGION
from tests.studio.deployed_studio import World, settle

AWS = Aws(REGION)


def space(world: World, user: str = "alice") -> Space:
    found = space_of(AWS, domain_id=world.domain_id, user=user)
    assert found is not None
    return found


def test_a_space_as_it_is(world: World) -> None:
    found = space(world)
    assert (found.name, found.user, found.region) == ("alice", "alice", REGION)
    assert (found.status, found.app_type, found.instance_type) == (
        "InService",
        "JupyterLab",
        "ml.t3.large",
    )
    assert not found.remote_access
    enable_remote_access(AWS, found)
    assert space(world).remote_access
    assert space_of(AWS, domain_id=world.domain_id, user="carol") is None


def test_an_app_that_ended_is_none(world: World) -> None:
    assert app_of(AWS, space(world)) is None
    key = world.start("alice")
    found = app_of(AWS, space(world))
    assert found is not None
    assert (found.status, found.app_type) == ("InService", "JupyterLab")
    world.aws.options.update({"speed": 1_000_000})
    world.sagemaker.delete_app(**key)
    settle(lambda: str(world.sagemaker.describe_app(**key)["Status"]))
    assert app_of(AWS, space(world)) is None


def test_a_user_that_the_settings_lack_is_refused() -> None:
    settings = Settings.model_validate({"users": {"alice": {}, "bob": {}}})
    require_user(settings, "bob")
    with pytest.raises(UserError, match=r"USER = carol: .*; there are: alice, bob"):
        require_user(settings, "carol")
