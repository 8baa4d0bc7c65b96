"""A connection starts an app, or waits for one that is starting."""

from catalog.distribution import image_arn
from studio.connect.request import ConnectRequest
from studio.connect.space_app import app_steps
from tests.studio.deployed_studio import DeployedStudio


def remaining(request: ConnectRequest) -> list[tuple[str, bool]]:
    return [(step.description, step.starts_app) for step in app_steps(request)]


def test_an_app_is_started_unless_it_is_starting(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    price = "JupyterLab (ml.t3.large, 0.1 USD an hour in us-east-1)"
    assert remaining(native) == [(f"start {price}", True)]
    deployed_studio.aws.options.update({"speed": 0.01})
    spec = {"SageMakerImageArn": image_arn("us-east-1", "ml.t3.large")}
    deployed_studio.sagemaker.create_app(**native.space.app_key, ResourceSpec=spec)
    assert remaining(native) == [(f"wait for {price}", False)]


def test_a_running_app_is_kept_also_on_another_instance_type(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    deployed_studio.start("alice", InstanceType="ml.m5.2xlarge")
    assert remaining(native) == []
