"""The space of each user, and invalid combinations of its keys."""

from pathlib import Path
from typing import Any

import pytest

from settings import Settings
from tests.settings.samples import loaded, message, write

BOTH = {
    "slim": {"app_types": ["JupyterLab"]},
    "full": {"app_types": ["JupyterLab", "CodeEditor"]},
    "old": {"app_types": ["KernelGateway"]},
}
SMALL = 'defaults.space.instance_type = "ml.t3.medium"\n'
MEMORY = '8 GiB of memory or more, such as ml.t3.large, for connect = "native"'
WITHOUT_IMAGE = (
    '"native" for alice, whose space starts SageMaker Distribution, or an image with '
    "sagemaker-ssh-helper that runs as JupyterLab (defaults.space.image, users.alice.space.image)"
)


def alice(sections: dict[str, Any], **own: Any) -> Settings:
    return Settings.model_validate({"image": BOTH, **sections, "users": {"alice": own}})


@pytest.mark.parametrize(
    ("sections", "own", "image"),
    [
        ({}, {}, "slim"),
        ({}, {"space": {"app_type": "CodeEditor"}}, "full"),
        ({}, {"images": ["full", "slim"]}, "full"),
        ({}, {"images": ["old"]}, None),
        ({}, {"images": []}, None),
        ({}, {"space": {"image": "SageMaker"}}, None),
        ({"defaults": {"space": {"image": "SageMaker"}}}, {}, None),
        ({"defaults": {"space": {"image": "SageMaker"}}}, {"space": {"image": "full"}}, "full"),
        ({"defaults": {"space": {"image": "full"}}}, {"space": {"image": ""}}, "slim"),
    ],
)
def test_the_image_of_a_space(
    sections: dict[str, Any], own: dict[str, Any], image: str | None
) -> None:
    assert alice(sections, **own).space("alice").image == image


VALID = {
    "ssh-helper on a small machine": f'defaults.connect = "ssh-helper"\n{SMALL}[users.alice]',
    "nobody has the default": f'{SMALL}[users.alice.space]\ninstance_type = "ml.t3.large"',
    "Studio Classic only": 'defaults.app_types = ["KernelGateway"]\n[users.alice]',
    "no SSH": f"features = []\n{SMALL}[users.alice]",
}


@pytest.mark.parametrize("content", VALID.values(), ids=VALID)
def test_a_valid_combination_is_accepted(tmp_path: Path, content: str) -> None:
    assert list(loaded(write(tmp_path, content)).users) == ["alice"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (
            'users.alice.space.instance_type = "ml.c7i.large"',
            f'users.alice.space.instance_type = "ml.c7i.large": {MEMORY}; ml.c7i.large has 4',
        ),
        (
            '[defaults.space]\ninstance_type = "ml.t3.medium"\n[users.alice]\n[users.bob]',
            f'defaults.space.instance_type = "ml.t3.medium": {MEMORY}; ml.t3.medium has 4',
        ),
        (
            '[defaults]\nconnect = "ssh-helper"\nspace.instance_type = "ml.t3.small"\n'
            '[users.alice]\nconnect = "native"',
            f'defaults.space.instance_type = "ml.t3.small": {MEMORY}; ml.t3.small has 2',
        ),
        (
            'defaults.app_types = ["CodeEditor"]\n[users.alice]',
            "defaults.space.app_type: an app type of defaults.app_types: CodeEditor",
        ),
        (
            'image.slim.enabled = false\n[users.alice]\nconnect = "ssh-helper"',
            f'users.alice.connect = "ssh-helper": {WITHOUT_IMAGE}',
        ),
        (
            'defaults.connect = "ssh-helper"\n[users.alice]\nspace.image = "SageMaker"',
            f'defaults.connect = "ssh-helper": {WITHOUT_IMAGE}',
        ),
        (
            'region = "mx-central-1"\n[users.alice]\nspace.image = "SageMaker"',
            'users.alice.space.image = "SageMaker": one of alice\'s images that runs as '
            "JupyterLab: which account publishes SageMaker Distribution in mx-central-1 is not "
            "known",
        ),
        (
            'users.alice.space.image = "full"',
            'users.alice.space.image = "full": one of alice\'s images that runs as JupyterLab: '
            '"slim", "SageMaker"; it is "full"',
        ),
        (
            "image = {slim = {}, custom = {}}\n"
            '[users.alice]\nimages = ["slim"]\nspace.image = "custom"',
            'users.alice.space.image = "custom": one of alice\'s images that runs as JupyterLab: '
            '"slim", "SageMaker"; it is "custom"',
        ),
        (
            '[users.alice]\nspace.image = "slim"\nspace.app_type = "CodeEditor"',
            'users.alice.space.image = "slim": one of alice\'s images that runs as CodeEditor: '
            '"SageMaker"; it is "slim"',
        ),
    ],
)
def test_an_invalid_combination_is_refused(content: str, line: str) -> None:
    assert message(content) == line
