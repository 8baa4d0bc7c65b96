"""The container config of an image."""

from typing import Any

import pytest

from catalog.container_config import ContainerConfig
from settings import AppType, Settings
from settings.containers import container_config

OWN: dict[str, Any] = {
    "entrypoint": ("/start",),
    "arguments": ("--a",),
    "environment": {"LANG": "C"},
}


@pytest.mark.parametrize("app_type", [AppType.JUPYTER_LAB, AppType.CODE_EDITOR])
def test_it_has_the_values_of_the_settings_and_the_name_of_the_image(app_type: AppType) -> None:
    settings = Settings.model_validate({"name": "lab", "image": {"slim": OWN}})
    own = {**OWN, "environment": {"LANG": "C", "STUDIO_IMAGE": "lab-slim"}}
    assert container_config(settings, "slim", app_type) == ContainerConfig(**own)


def test_an_image_without_settings_has_only_its_name() -> None:
    unset = ContainerConfig(environment={"STUDIO_IMAGE": "studio-other"})
    assert container_config(Settings(), "other", AppType.JUPYTER_LAB) == unset


def test_it_is_empty_for_a_kernel_gateway() -> None:
    assert container_config(Settings(), "slim", AppType.KERNEL_GATEWAY) == ContainerConfig()
