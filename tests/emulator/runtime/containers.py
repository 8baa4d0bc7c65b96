"""A Studio whose apps are containers of images with programs of this machine."""

import base64
import contextlib
import os
from collections.abc import Sequence

import pytest

from studio_emulator import registry
from studio_emulator.moto_internals import ecr_backends
from studio_emulator.runtime import engine
from studio_emulator.runtime.container_start import LIMITS
from studio_emulator.server import Emulator
from tests.e2e.small_studio import SmallStudio
from tests.emulator.runtime import host_image
from tests.emulator.runtime.running import USER
from tests.emulator.samples import ACCOUNT, REGION, make_image, make_version
from tests.emulator.sessions.channels import eventually

MAIN = "echo started by $FROM_APP; exec sleep 600"
SECONDS = 120.0


class ContainerStudio(SmallStudio):
    """A space of alice, and images for its app, of which `tiny` is attached."""

    tiny: dict[str, str]

    def __init__(self, aws: Emulator) -> None:
        super().__init__(aws, USER)

    def attach(self, name: str, main: str = MAIN, *programs: str) -> dict[str, str]:
        """Push an image with a shell and attach it to alice; its member of ResourceSpec."""
        every = [*host_image.PROGRAMS, *programs]
        return self.attach_image(name, every, ["/bin/sh", "-c", main])

    def attach_image(
        self, name: str, programs: Sequence[str], entrypoint: Sequence[str]
    ) -> dict[str, str]:
        """Push an image of these programs and attach it to alice; its member of ResourceSpec."""
        uri = host_image.push(self.aws, f"studio/{name}", programs, Entrypoint=entrypoint)
        sagemaker, of = self.sagemaker, {"DomainId": self.domain_id}
        role = sagemaker.describe_domain(**of)["DefaultUserSettings"]["ExecutionRole"]
        image = make_image(self.aws, name, role=role)
        make_version(self.aws, uri, name)
        container = {"ContainerEnvironmentVariables": {"FROM_APP": "alice"}}
        sagemaker.create_app_image_config(
            AppImageConfigName=name, JupyterLabAppImageConfig={"ContainerConfig": container}
        )
        attached = [{"ImageName": name, "AppImageConfigName": name}]
        settings = {"JupyterLabAppSettings": {"CustomImages": attached}}
        profile = {**of, "UserProfileName": USER}
        sagemaker.update_user_profile(**profile, UserSettings=settings)
        described = sagemaker.describe_user_profile
        assert eventually(lambda: described(**profile)["Status"] == "InService")
        return {"SageMakerImageArn": image["ImageArn"]}

    def script(self, name: str, content: str) -> dict[str, str]:
        """Create a lifecycle configuration; its member of ResourceSpec."""
        made = self.sagemaker.create_studio_lifecycle_config(
            StudioLifecycleConfigName=name,
            StudioLifecycleConfigContent=base64.b64encode(content.encode()).decode(),
            StudioLifecycleConfigAppType="JupyterLab",
        )
        return {"LifecycleConfigArn": made["StudioLifecycleConfigArn"]}


def log(studio: ContainerStudio, suffix: str = "") -> list[str]:
    """The lines in the log stream of alice's app; none before the first one."""
    stream = f"{studio.domain_id}/{USER}/JupyterLab/default{suffix}"
    logs = studio.aws.client("logs")
    named = {"logGroupName": "/aws/sagemaker/studio", "logStreamName": stream}
    with contextlib.suppress(logs.exceptions.ResourceNotFoundException):
        return [event["message"] for event in logs.get_log_events(**named)["events"]]
    return []


def require_containers(here: engine.Engine) -> None:
    """Skip unless the engine can run a container of the pushed image."""
    repository = ecr_backends[ACCOUNT][REGION].repositories["studio/tiny"]
    pushed = registry.find_image(ACCOUNT, REGION, f"{repository.uri}:v1")
    assert pushed is not None
    name = f"localhost/{engine.PREFIX}-{os.getpid()}-tried:v1"
    try:
        here.load(lambda target: pushed.write_archive(name, target))
        here(
            "run", "--rm", "--network", "none", *LIMITS, "--entrypoint", "/bin/sh", name, "-c", ":"
        )
    except engine.EngineError as error:
        pytest.skip(f"{here.name} cannot run a container here: {error}")
    finally:
        here.remove(f"{os.getpid()}-tried")
