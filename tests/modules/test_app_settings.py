"""The images, the idle time-out and the start of each app."""

from dataclasses import replace
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.sagemaker_user_profile import SagemakerUserProfile

from catalog.names import AppType
from modules.app_settings import app_settings, hidden_app_types
from tests.samples import SLIM, TORCH
from tests.synthesis import new_stack, only, synth

JUPYTER, EDITOR, GATEWAY = (
    f"{app}_app_settings" for app in ("jupyter_lab", "code_editor", "kernel_gateway")
)


def apps(**arguments: Any) -> dict[str, dict[str, Any]]:
    """The settings of the apps in a user profile."""
    stack = new_stack()
    found = app_settings(**{"images": (), "idle_minutes": 90, **arguments})
    SagemakerUserProfile(
        stack,
        "profile",
        domain_id="d-0a",
        user_profile_name="alice",
        user_settings={"execution_role": "r", **found},
    )
    user = only(synth(stack), "aws_sagemaker_user_profile")["user_settings"]
    return {app: settings for app, settings in user.items() if app != "execution_role"}


def test_sagemaker_shuts_down_idle_apps_after_at_most_the_time_out() -> None:
    idle = {
        "lifecycle_management": "ENABLED",
        "idle_timeout_in_minutes": 90,
        "min_idle_timeout_in_minutes": 60,
        "max_idle_timeout_in_minutes": 90,
    }
    assert apps() == {
        app: {"app_lifecycle_management": {"idle_settings": idle}} for app in (JUPYTER, EDITOR)
    }


def test_images_are_attached_by_name_to_their_app_types() -> None:
    found = apps(images=[SLIM, replace(TORCH, version=3)])
    torch = {
        app: {
            "image_name": "lab-torch",
            "app_image_config_name": f"lab-torch-{config}",
            "image_version_number": 3,
        }
        for app, config in (
            (JUPYTER, "jupyterlab"),
            (EDITOR, "codeeditor"),
            (GATEWAY, "kernelgateway"),
        )
    }
    slim = {"image_name": "lab-slim", "app_image_config_name": "lab-slim-jupyterlab"}
    assert {app: settings["custom_image"] for app, settings in found.items()} == {
        JUPYTER: [slim, torch[JUPYTER]],
        EDITOR: [torch[EDITOR]],
        GATEWAY: [torch[GATEWAY]],
    }


@pytest.mark.parametrize(
    ("shown", "hidden"),
    [
        (["JupyterLab", "CodeEditor"], ["Canvas", "JupyterServer", "RStudioServerPro"]),
        (["CodeEditor"], ["Canvas", "JupyterLab", "JupyterServer", "RStudioServerPro"]),
        (["JupyterLab", "CodeEditor", "KernelGateway"], ["Canvas", "RStudioServerPro"]),
    ],
)
def test_studio_hides_the_other_apps(shown: list[str], hidden: list[str]) -> None:
    assert hidden_app_types(AppType(app) for app in shown) == hidden
