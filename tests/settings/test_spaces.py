"""The space of each user, and invalid combinations of its keys."""

from pathlib import Path
from typing import Any

import pytest

from settings import Settings
from tests.settings.samples import loaded, message, write, wrong

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
RUNS_AS = "one of alice's images that runs as"


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
    "a region without SageMaker Distribution": 'region = "mx-central-1"\n[users.alice]',
}


@pytest.mark.parametrize("content", VALID.values(), ids=VALID)
def test_a_valid_combination_is_accepted(tmp_path: Path, content: str) -> None:
    assert list(loaded(write(tmp_path, content)).users) == ["alice"]


WRONG = {
    f"{MEMORY}; ml.c7i.large has 4": ['users.alice.space.instance_type = "ml.c7i.large"'],
    f"{MEMORY}; ml.t3.medium has 4": [
        'users = {alice = {}, bob = {}}\ndefaults.space.instance_type = "ml.t3.medium"'
    ],
    f"{MEMORY}; ml.t3.small has 2": [
        'defaults.connect = "ssh-helper"\nusers.alice.connect = "native"\n'
        'defaults.space.instance_type = "ml.t3.small"'
    ],
    WITHOUT_IMAGE: [
        'image.slim.enabled = false\nusers.alice.connect = "ssh-helper"',
        'users.alice.space.image = "SageMaker"\ndefaults.connect = "ssh-helper"',
    ],
    f"{RUNS_AS} JupyterLab: which account publishes SageMaker Distribution in mx-central-1 is not "
    "known": ['region = "mx-central-1"\nusers.alice.space.image = "SageMaker"'],
    f'{RUNS_AS} JupyterLab: "slim", "SageMaker"; it is "full"': [
        'users.alice.space.image = "full"'
    ],
    f'{RUNS_AS} JupyterLab: "slim", "SageMaker"; it is "custom"': [
        'image = {slim = {}, custom = {}}\nusers.alice.images = ["slim"]\n'
        'users.alice.space.image = "custom"'
    ],
    f'{RUNS_AS} CodeEditor: "SageMaker"; it is "slim"': [
        'users.alice.space.app_type = "CodeEditor"\nusers.alice.space.image = "slim"'
    ],
}
WRONG_DEFAULT = (
    'defaults.app_types = ["CodeEditor"]\n[users.alice]',
    "defaults.space.app_type: an app type of defaults.app_types: CodeEditor",
)


@pytest.mark.parametrize(("content", "line"), [*wrong(WRONG), WRONG_DEFAULT])
def test_an_invalid_combination_is_refused(content: str, line: str) -> None:
    assert message(content) == line
