"""The settings of an app's container, from its image, app image config and script."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.iam import callers
from studio_emulator.runtime import running_apps
from studio_emulator.runtime.container_start import Start
from studio_emulator.server import Emulator
from studio_emulator.studio.store import store
from tests.emulator.control_plane import SLIM, ControlPlane
from tests.emulator.samples import ACCOUNT, REGION, client_with, push

IMAGE = {"Entrypoint": ["/init"], "Cmd": ["lab"]}
OWN_ENTRYPOINT = {"ContainerEntrypoint": ["/mine"]}
OWN_ARGUMENTS = {"ContainerArguments": ["--own"]}


@pytest.fixture
def start(
    aws: Emulator, studio: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Start]:
    """Starts the app of an image with this configuration and this ContainerConfig."""
    starts: list[Start] = []
    monkeypatch.setattr(running_apps, "find_engine", lambda: None)
    monkeypatch.setattr(
        running_apps, "start_container", lambda _, start, **__: starts.append(start)
    )
    studio.options.update({"apps": "containers"})

    def started(config: dict[str, Any], container: dict[str, Any], **spec: str) -> Start:
        push(aws, "studio/slim", config=config)
        studio.image()
        registry = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
        (version,) = store(studio.call).image_versions.values()
        version.data["ContainerImage"] = f"{registry}/studio/slim:v1"
        lab = {"ContainerConfig": container}
        studio.UpdateAppImageConfig(AppImageConfigName="slim", JupyterLabAppImageConfig=lab)
        domain_id = studio.idle_space()
        studio.update_profile(domain_id, JupyterLabAppSettings=SLIM)
        studio.app(domain_id, SageMakerImageArn=studio.call.arn("image/slim"), **spec)
        (found,) = starts
        return found

    return started


@pytest.mark.parametrize(
    ("config", "container", "words"),
    [
        (IMAGE, {}, ["/init", "lab"]),
        (IMAGE, OWN_ARGUMENTS, ["/init", "--own"]),
        (IMAGE, OWN_ENTRYPOINT, ["/mine"]),
        (IMAGE, OWN_ENTRYPOINT | OWN_ARGUMENTS, ["/mine", "--own"]),
        ({}, {}, []),
    ],
)
def test_entrypoint_and_arguments(
    start: Callable[..., Start], config: dict[str, Any], container: dict[str, Any], words: list[str]
) -> None:
    assert start(config, container).words == words


def test_environment_of_studio_overrides_the_app_image_config(
    aws: Emulator, start: Callable[..., Start]
) -> None:
    variables = {"FROM_APP": "alice", "AWS_REGION": "mars"}
    started = start(IMAGE, {"ContainerEnvironmentVariables": variables})
    assert started.environment["FROM_APP"] == "alice"
    assert started.environment["AWS_REGION"] == "eu-west-1"
    key = {
        "AccessKeyId": started.environment["AWS_ACCESS_KEY_ID"],
        "SecretAccessKey": started.environment["AWS_SECRET_ACCESS_KEY"],
        "SessionToken": started.environment["AWS_SESSION_TOKEN"],
    }
    caller = client_with(aws, "sts", key).get_caller_identity()
    assert caller["Arn"].endswith(":assumed-role/studio/SageMaker")
    in_a_year = time.time() + 364 * 24 * 3600
    key_id = key["AccessKeyId"]
    assert not callers.has_expired(key_id, [], account=ACCOUNT, partition="aws", now=in_a_year)


def test_lifecycle_configuration_and_metadata(
    start: Callable[..., Start], studio: ControlPlane
) -> None:
    started = start(IMAGE, {}, LifecycleConfigArn=studio.script())
    assert started.script == b"echo hello"
    assert started.metadata["SpaceName"] == "lab"
    assert started.metadata["ResourceArn"].endswith("/lab/JupyterLab/default")


def test_app_fails_when_the_registry_has_lost_its_image(
    start: Callable[..., Start], studio: ControlPlane
) -> None:
    start(IMAGE, {})
    (version,) = store(studio.call).image_versions.values()
    version.data["ContainerImage"] += "-lost"
    (app,) = studio.ListApps()["Apps"]
    key = studio.app_key(app["DomainId"])
    studio.DeleteApp(**key)
    studio.wait(600)
    studio.CreateApp(**key, ResourceSpec=app["ResourceSpec"])
    studio.wait(600)
    assert "slim:v1-lost any more" in studio.DescribeApp(**key)["FailureReason"]
