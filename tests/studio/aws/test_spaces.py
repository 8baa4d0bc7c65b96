"""The space of a user, and its app."""

import pytest

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.spaces import app_of, enable_remote_access, require_user, space_of
from tests.emulator.samples import REGION
from tests.studio.deployed_studio import DeployedStudio, settle

AWS = Aws(REGION)


def test_space_of_reads_the_space(deployed_studio: DeployedStudio) -> None:
    found = deployed_studio.space()
    assert (found.name, found.user, found.region) == ("alice", "alice", REGION)
    assert (found.status, found.app_type, found.instance_type) == (
        "InService",
        "JupyterLab",
        "ml.t3.large",
    )
    assert not found.remote_access
    enable_remote_access(AWS, found)
    assert deployed_studio.space().remote_access
    assert space_of(AWS, domain_id=deployed_studio.domain_id, user="carol") is None


def test_app_of_ignores_an_app_that_has_ended(deployed_studio: DeployedStudio) -> None:
    assert app_of(AWS, deployed_studio.space()) is None
    key = deployed_studio.start("alice")
    found = app_of(AWS, deployed_studio.space())
    assert found is not None
    assert found.status == "InService"
    deployed_studio.aws.options.update({"speed": 1_000_000})
    deployed_studio.sagemaker.delete_app(**key)
    settle(lambda: str(deployed_studio.sagemaker.describe_app(**key)["Status"]))
    assert app_of(AWS, deployed_studio.space()) is None


def test_require_user_refuses_an_unknown_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_CONFIG", "/settings/team.toml")
    settings = Settings.model_validate({"users": {"alice": {}, "bob": {}}})
    require_user(settings, "bob")
    with pytest.raises(UserError, match=r"carol: a user of /settings/team\.toml is expected"):
        require_user(settings, "carol")
