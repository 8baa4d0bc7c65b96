"""What the ssh-helper method requires, the key that it uploads, and the node that it finds."""

from dataclasses import replace

import pytest

from settings import Settings, UserError
from studio.connect import ssh_helper
from studio.connect.request import ConnectRequest
from studio.connect.ssh_helper import require_possible, resolve_target, steps
from studio.errors import StepFailed
from studio_emulator.ssm import set_online
from tests.studio.deployed_studio import DeployedStudio


def typed_in_capitals(request: ConnectRequest) -> ConnectRequest:
    return replace(request, paths=replace(request.paths, user="ALICE"))


def test_the_image_needs_sagemaker_ssh_helper(native: ConnectRequest) -> None:
    settings = Settings.model_validate({"users": {"alice": {"space": {"image": "SageMaker"}}}})
    with pytest.raises(UserError, match="has no sagemaker-ssh-helper; use --way native"):
        require_possible(replace(native, settings=settings))


def test_an_app_without_the_script_must_be_stopped(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    deployed_studio.start("alice")
    with pytest.raises(UserError, match="run `studio stop alice`, then connect again"):
        require_possible(native)


def test_a_space_without_a_script_needs_studio_up(native: ConnectRequest) -> None:
    with pytest.raises(UserError, match="run `studio up` first"):
        require_possible(replace(native, space=replace(native.space, script=None)))


def test_the_public_key_is_uploaded_to_the_users_folder(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    bucket = "sagemaker-us-east-1-123456789012"
    # SageMaker ignores the case of a name; IAM, S3 and the tags of a node do not.
    upload = next(steps(typed_in_capitals(native)))
    assert upload.description.endswith(f" to s3://{bucket}/ssh-authorized-keys/alice/")
    with pytest.raises(UserError, match=f"the bucket {bucket} does not exist; run `studio up`"):
        upload.run()
    s3 = deployed_studio.aws.client("s3")
    s3.create_bucket(Bucket=bucket)
    upload.run()
    (key,) = s3.list_objects_v2(Bucket=bucket, Prefix="ssh-authorized-keys/alice/")["Contents"]
    held = s3.get_object(Bucket=bucket, Key=key["Key"])["Body"].read().decode()
    assert held == native.paths.public_key.read_text()


def test_the_target_is_the_node_of_the_running_app(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    deployed_studio.node("alice")
    assert resolve_target(native) is None
    deployed_studio.start("alice")
    assert resolve_target(native) is None
    node = deployed_studio.node("alice")
    target = resolve_target(typed_in_capitals(native))
    assert target is not None
    assert (target.id, target.host_key_alias) == (node, f"studio-studio-alice.{node}")
    require_possible(native)


def test_the_newest_node_that_is_online_is_used_not_one_that_lost_its_connection(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    deployed_studio.start("alice")
    nodes = [deployed_studio.node("alice") for _ in range(3)]
    for node in reversed(nodes):
        assert (target := resolve_target(native)) is not None
        assert target.id == node
        set_online(node, online=False)
    *_, install = steps(native)
    with pytest.raises(StepFailed, match=r"^the node is no longer online; connect again$"):
        install.run()


@pytest.mark.usefixtures("clock")
def test_the_app_has_10_minutes_to_become_a_node(
    native: ConnectRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_helper, "node_of", lambda _: None)
    (wait,) = (step for step in steps(native) if step.description.startswith("wait until the app"))
    with pytest.raises(StepFailed, match="did not become a node within 10 minutes; see its log"):
        wait.run()
