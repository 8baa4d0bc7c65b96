"""The settings of a command with --deployment and --region."""

import boto3

from settings import ConnectMethod, Settings
from settings.loading import of_deployment
from studio.lifecycle.settings_from_aws import find_settings
from tests.emulator.samples import REGION
from tests.studio.deployed_studio import DeployedStudio


def found(user: str) -> Settings:
    return find_settings(of_deployment("studio", REGION), user)


def test_the_connect_method_is_that_of_the_space(deployed_studio: DeployedStudio) -> None:
    assert found("alice").connect("alice") is ConnectMethod.NATIVE
    script = boto3.client("sagemaker").create_studio_lifecycle_config(
        StudioLifecycleConfigName="ssh",
        StudioLifecycleConfigContent="c3No",
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]
    deployed_studio.update_profile(
        "bob",
        DefaultResourceSpec={"LifecycleConfigArn": script},
        LifecycleConfigArns=[script],
    )
    assert found("bob").connect("bob") is ConnectMethod.SSH_HELPER


def test_an_image_of_sagemaker_is_recognized(deployed_studio: DeployedStudio) -> None:
    assert deployed_studio.settings.space("alice").image == "slim"
    assert found("alice").space("alice").image is None
