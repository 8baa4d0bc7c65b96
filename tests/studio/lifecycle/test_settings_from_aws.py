"""The settings of a command with --deployment and --region."""

from settings import ConnectMethod, Settings
from settings.loading import of_deployment
from studio.lifecycle.settings_from_aws import find_settings
from tests.emulator.samples import REGION
from tests.studio.account import create_script
from tests.studio.deployed_studio import DeployedStudio


def found(user: str) -> Settings:
    return find_settings(of_deployment("studio", REGION), user)


def test_the_connect_method_is_that_of_the_space(deployed_studio: DeployedStudio) -> None:
    assert found("alice").connect("alice") is ConnectMethod.NATIVE
    script = create_script(deployed_studio.sagemaker, "ssh")
    started = {"LifecycleConfigArn": script}
    deployed_studio.update_profile("bob", DefaultResourceSpec=started, LifecycleConfigArns=[script])
    assert found("bob").connect("bob") is ConnectMethod.SSH_HELPER


def test_an_image_of_sagemaker_is_recognized(deployed_studio: DeployedStudio) -> None:
    assert deployed_studio.settings.space("alice").image == "slim"
    assert found("alice").space("alice").image is None
