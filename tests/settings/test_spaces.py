"""The space of each user, and invalid combinations of its keys."""

from pathlib import Path
from typing import Any

import pytest

from settings import AppType, ConnectMethod, Settings, load
from tests.settings.conftest import Refusal, Write

BOTH = {
    "slim": {"app_types": ["JupyterLab"]},
    "full": {"app_types": ["JupyterLab", "CodeEditor"]},
    "old": {"app_types": ["KernelGateway"]},
}


def alice(sections: dict[str, Any], **own: Any) -> Settings:
    return Settings.model_validate({"image": BOTH, **sections, "users": {"alice": own}})


def test_the_space_of_a_user_overrides_the_defaults() -> None:
    everyone = {"instance_type": "ml.r5.large", "volume_gb": 7, "app_type": "CodeEditor"}
    settings = alice({"defaults": {"space": everyone}})
    assert vars(settings.space("alice")) == {**everyone, "image": "full"}
    own = {"instance_type": "ml.m5.large", "volume_gb": 8, "app_type": "JupyterLab"}
    settings = alice({"defaults": {"space": everyone}}, space=own)
    assert vars(settings.space("alice")) == {**own, "image": "slim"}
    assert settings.space("alice").app_type is AppType.JUPYTER_LAB


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


@pytest.mark.parametrize(
    ("everyone", "own", "way"),
    [
        ({}, {}, ConnectMethod.NATIVE),
        ({"connect": "ssh-helper"}, {}, ConnectMethod.SSH_HELPER),
        ({"connect": "ssh-helper"}, {"connect": "native"}, ConnectMethod.NATIVE),
    ],
)
def test_the_connection_method_of_a_user(
    everyone: dict[str, Any], own: dict[str, Any], way: ConnectMethod
) -> None:
    assert alice({"defaults": everyone}, **own).connect("alice") is way


MEMORY = '8 GiB of memory or more, such as ml.t3.large, for connect = "native"'

# (the file, KEY = VALUE, what is allowed)
PROBLEMS = [
    (
        '[defaults.space]\ninstance_type = "ml.t3.medium"\n[users.alice]\n[users.bob]',
        'defaults.space.instance_type = "ml.t3.medium"',
        f"{MEMORY}; ml.t3.medium has 4",
    ),
    (
        '[users.alice.space]\ninstance_type = "ml.c7i.large"',
        'users.alice.space.instance_type = "ml.c7i.large"',
        f"{MEMORY}; ml.c7i.large has 4",
    ),
    (
        '[defaults]\nconnect = "ssh-helper"\nspace.instance_type = "ml.t3.small"\n'
        '[users.alice]\nconnect = "native"',
        'defaults.space.instance_type = "ml.t3.small"',
        f"{MEMORY}; ml.t3.small has 2",
    ),
    (
        'defaults.space.instance_type = "ml.t3.lage"',
        'defaults.space.instance_type = "ml.t3.lage"',
        "an instance type of Studio; did you mean ml.t3.large or ml.t3.xlarge or ml.t3.2xlarge?",
    ),
    (
        'defaults.space.instance_type = "system"',
        'defaults.space.instance_type = "system"',
        "an instance type of Studio, such as ml.t3.large",
    ),
    ("defaults.space.instance_type = 3", "defaults.space.instance_type = 3", "an instance type"),
    (
        "defaults.space.volume_gb = 4",
        "defaults.space.volume_gb = 4",
        "a whole number from 5 to 16384 (GB)",
    ),
    (
        "[users.alice.space]\nvolume_gb = 16385",
        "users.alice.space.volume_gb = 16385",
        "a whole number from 5 to 16384 (GB)",
    ),
    (
        '[users.alice.space]\napp_type = "KernelGateway"',
        'users.alice.space.app_type = "KernelGateway"',
        "one of JupyterLab, CodeEditor",
    ),
    (
        'defaults.app_types = ["CodeEditor"]\n[users.alice]',
        "defaults.space.app_type",
        "an app type of defaults.app_types: CodeEditor",
    ),
    ('defaults.connect = "ssh"', 'defaults.connect = "ssh"', "one of native, ssh-helper"),
    (
        'image.slim.enabled = false\n[users.alice]\nconnect = "ssh-helper"',
        'users.alice.connect = "ssh-helper"',
        '"native" for alice, whose space starts SageMaker Distribution, or an image with '
        "sagemaker-ssh-helper that runs as JupyterLab (defaults.space.image, "
        "users.alice.space.image)",
    ),
    (
        'defaults.connect = "ssh-helper"\n[users.alice]\nspace.image = "SageMaker"',
        'defaults.connect = "ssh-helper"',
        '"native" for alice, whose space starts SageMaker Distribution, or an image with '
        "sagemaker-ssh-helper that runs as JupyterLab (defaults.space.image, "
        "users.alice.space.image)",
    ),
    (
        'region = "mx-central-1"\n[users.alice]\nspace.image = "SageMaker"',
        'users.alice.space.image = "SageMaker"',
        "one of alice's images that runs as JupyterLab: which account publishes SageMaker "
        "Distribution in mx-central-1 is not known",
    ),
    (
        '[users.alice]\nspace.image = "full"',
        'users.alice.space.image = "full"',
        'one of alice\'s images that runs as JupyterLab: "slim", "SageMaker"; it is "full"',
    ),
    (
        '[users.alice]\nspace.image = "slim"\nspace.app_type = "CodeEditor"',
        'users.alice.space.image = "slim"',
        'one of alice\'s images that runs as CodeEditor: "SageMaker"; it is "slim"',
    ),
    (
        '[users.alice]\nspace.image = "Slim"',
        'users.alice.space.image = "Slim"',
        '"", "SageMaker" or the name of an enabled image',
    ),
]


@pytest.mark.parametrize(("content", "assignment", "allowed"), PROBLEMS)
def test_an_invalid_combination_is_refused(
    content: str, assignment: str, allowed: str, write: Write, refusal: Refusal
) -> None:
    path = write(content)
    assert refusal(path) == f"{path}: {assignment}: {allowed}"


@pytest.mark.parametrize(
    "content",
    [
        'defaults.connect = "ssh-helper"\ndefaults.space.instance_type = "ml.t3.medium"\n'
        "[users.alice]",
        'defaults.space.instance_type = "ml.t3.medium"\n'
        '[users.alice.space]\ninstance_type = "ml.t3.large"',
        'defaults.app_types = ["KernelGateway"]\n[users.alice]',
        'features = []\ndefaults.space.instance_type = "ml.t3.medium"\n[users.alice]',
    ],
    ids=[
        "ssh-helper on a small machine",
        "nobody has the default",
        "Studio Classic only",
        "no SSH",
    ],
)
def test_a_valid_combination_is_accepted(content: str, write: Write, images: Path) -> None:
    assert list(load(write(content), images=images).users) == ["alice"]
