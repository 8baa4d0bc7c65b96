"""What an app of each type has: user, volume, command, environment and metadata."""

import json
from typing import Any

import pytest

from settings import AppType
from studio.images.contract import jupyter_client
from studio.images.contract.run_checks import run_checks
from tests.studio.images.contract.containers import LocalContainer, OneContainer, request, said


@pytest.mark.parametrize(
    ("app_type", "user", "home"),
    [
        (AppType.JUPYTER_LAB, "1000:100", "/home/sagemaker-user"),
        (AppType.CODE_EDITOR, "1000:100", "/home/sagemaker-user"),
        (AppType.KERNEL_GATEWAY, "0:0", "/root"),
    ],
)
def test_an_image_runs_as_an_app_of_its_type(
    monkeypatch: pytest.MonkeyPatch, app_type: AppType, user: str, home: str
) -> None:
    monkeypatch.setattr(jupyter_client, "PORT", 1)
    runtime = OneContainer(LocalContainer(alive=False, sh=said("0\n0\n"), jupyter=said("")))
    run_checks(runtime, request(app_type))
    launch = runtime.launched[1]
    assert (launch.user, launch.volumes) == (user, (home, "/var/log/studio"))
    assert launch.environment["SAGEMAKER_APP_TYPE"] == app_type
    # SageMaker Distribution's entrypoint-jupyter-server computes it from SAGEMAKER_APP_TYPE.
    assert "SAGEMAKER_APP_TYPE_LOWERCASE" not in launch.environment
    assert launch.environment["AWS_REGION"] == "us-east-1"
    described = json.loads(launch.files["/opt/ml/metadata/resource-metadata.json"])
    app = f"d-abcdefghijkl/check/{app_type}/default"
    assert described["ResourceArn"] == f"arn:aws:sagemaker:us-east-1:123456789012:app/{app}"
    assert (described["AppType"], described["SpaceName"]) == (app_type, "check")


@pytest.mark.parametrize(
    ("image", "runs"),
    [
        ({}, ("/start", "--a", "cmd")),
        ({"arguments": ["--b"]}, ("/start", "--a", "--b")),
        ({"entrypoint": ["/other"]}, ("/other",)),
        ({"entrypoint": ["/other"], "arguments": ["--b", "c d"]}, ("/other", "--b", "c d")),
    ],
)
def test_the_server_starts_with_the_app_image_config(
    monkeypatch: pytest.MonkeyPatch, image: dict[str, Any], runs: tuple[str, ...]
) -> None:
    monkeypatch.setattr(jupyter_client, "PORT", 1)
    image["environment"] = {"COLOUR": "blue", "STUDIO_LOGGING_DIR": "/mine"}
    runtime = OneContainer(
        LocalContainer(alive=False), entrypoint=("/start", "--a"), command=("cmd",)
    )
    run_checks(runtime, request(AppType.JUPYTER_LAB, **image))
    started = runtime.launched[-1]
    assert started.command == runs
    assert started.environment["COLOUR"] == "blue"
    assert started.environment["STUDIO_IMAGE"] == "studio-slim"
    # Studio's variables override it.
    assert started.environment["STUDIO_LOGGING_DIR"] == "/var/log/studio"
