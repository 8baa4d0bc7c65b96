"""The stacks use existing roles and images by name, without creating or reading them."""

import json
from pathlib import Path
from typing import Any

import cdktf
import pytest

from settings import Settings
from settings.image_tag import digest_tag
from settings.record import Content, Record
from settings.versions import Versions
from stacks.ecr import EcrOutputs, EcrStack
from stacks.image import ImageStack
from stacks.role import RoleStack
from tests.fixtures import SettingsBuilder, Synth
from tests.program import synthesize

THEIRS = "arn:aws:iam::123456789012:role/teams/vision"
OTHER = "arn:aws:iam::123456789012:role/other"
REPOSITORY = "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/lab"
FIRST, SECOND = (f"{REPOSITORY}@sha256:{digit * 64}" for digit in "ab")
ABSENT = """
domain.execution_role = ""
defaults.execution_role = ""
users.alice.execution_role = ""
groups.vision.execution_role = ""
image.slim.uri = ""
network.vpc_id = ""
network.endpoints = "create"
"""


@pytest.fixture
def roles(settings: SettingsBuilder, synth: Synth) -> Any:
    """Synthesizes the role stack; returns its template and the stack."""

    def build(**sections: Any) -> tuple[dict[str, Any], RoleStack]:
        stack = RoleStack(cdktf.Testing.app(), "role", settings=settings(**sections))
        return synth(stack), stack

    return build


def names(template: dict[str, Any]) -> set[str]:
    return {role["name"] for role in template["resource"].get("aws_iam_role", {}).values()}


def test_empty_settings_change_nothing(tmp_path: Path) -> None:
    found = []
    for name, text in (("without", "[groups.vision]\n[users.alice]"), ("with", ABSENT)):
        folder = tmp_path / name
        folder.mkdir()
        found.append(synthesize(folder, text))
    assert found[0] == found[1]


def test_the_role_of_a_user_overrides_those_of_group_and_defaults(roles: Any) -> None:
    template, stack = roles(
        defaults={"execution_role": OTHER},
        groups={"vision": {"execution_role": THEIRS}},
        users={"alice": {"group": "vision"}, "bob": {}, "carol": {"execution_role": ""}},
    )
    found = stack.outputs.user_role_arns
    assert (found["alice"], found["bob"]) == (THEIRS, OTHER)
    assert names(template) == {"studio-domain", "studio-user-carol"}


def test_existing_roles_get_no_policy_and_are_not_read(roles: Any) -> None:
    template, stack = roles(
        features=["connect", "jobs"],
        domain={"execution_role": OTHER},
        defaults={"execution_role": THEIRS},
        groups={"vision": {"buckets": ["vision-data"]}},
        users={"alice": {"group": "vision"}},
    )
    assert stack.outputs.domain_role_arn == OTHER
    kinds = template["resource"].keys()
    assert not kinds & {"aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment"}
    policies = [policy["name"] for policy in template["resource"]["aws_iam_policy"].values()]
    assert policies == ["studio-client-alice"], "what alice attaches to her own identity"
    assert set(template["data"]) == {"aws_caller_identity"}
    assert THEIRS in json.dumps(template["output"])


def test_the_domain_role_keeps_its_policy_with_existing_user_roles(roles: Any) -> None:
    template, _ = roles(defaults={"execution_role": THEIRS})
    policies = {policy["name"] for policy in template["resource"]["aws_iam_policy"].values()}
    assert policies == {"studio-role-studio", "studio-client-alice", "studio-client-bob"}
    assert names(template) == {"studio-domain"}


def of_lab(uri: str) -> Settings:
    return Settings.model_validate({"image": {"lab": {"uri": uri}}, "users": {"alice": {}}})


def image_template(
    synth: Synth, uri: str, *known: Content, settings: Settings | None = None
) -> dict[str, Any]:
    wanted = settings or of_lab(uri)
    record = Record(Path("studio.versions.toml"), {"lab": known})
    versions = Versions(wanted, record, tags={"lab": digest_tag(uri)})
    return synth(
        ImageStack(
            cdktf.Testing.app(),
            "image",
            settings=wanted,
            ecr=EcrOutputs({}),
            versions=versions,
        )
    )


def test_the_image_version_uses_the_uri_without_reading_it(synth: Synth) -> None:
    template = image_template(synth, FIRST)
    ((address, version),) = template["resource"]["aws_sagemaker_image_version"].items()
    assert version["base_image"] == FIRST
    assert address == f"image_lab_version_{'a' * 16}"
    assert set(template["data"]) == {"aws_caller_identity"}


def test_sagemaker_reads_the_image_with_the_role_in_the_settings(synth: Synth) -> None:
    wanted = of_lab(FIRST)
    brought = wanted.model_copy(
        update={"domain": wanted.domain.model_copy(update={"execution_role": OTHER})}
    )
    template = image_template(synth, FIRST, settings=brought)
    (image,) = template["resource"]["aws_sagemaker_image"].values()
    assert image["role_arn"] == OTHER
    assert "depends_on" not in image
    assert "aws_iam_role" not in template["resource"]
    assert "data" not in template


def test_another_digest_creates_a_version_and_keeps_the_old_one(synth: Synth) -> None:
    known = Content(tag="a" * 16, digest=f"sha256:{'a' * 64}", versions=(1,))
    template = image_template(synth, SECOND, known)
    ((address, version),) = template["resource"]["aws_sagemaker_image_version"].items()
    assert (address, version["base_image"]) == (f"image_lab_version_{'b' * 16}", SECOND)
    (removed,) = template["removed"]
    assert removed["from"].endswith(f"image_lab_version_{'a' * 16}")
    assert removed["lifecycle"] == {"destroy": False}


def test_an_existing_image_has_no_repository_in_the_deployment(synth: Synth) -> None:
    template = synth(EcrStack(cdktf.Testing.app(), "ecr", settings=of_lab(FIRST)))
    assert "resource" not in template


def test_created_roles_can_read_the_repository_of_an_existing_image(
    roles: Any, synth: Synth
) -> None:
    template, _ = roles(image={"lab": {"uri": FIRST}})
    arn = "arn:aws:ecr:us-east-1:111122223333:repository/team/lab"
    (own,) = image_template(synth, FIRST)["resource"]["aws_iam_role_policy"].values()
    assert arn in own["policy"]
    (studio,) = (
        policy["policy"]
        for policy in template["resource"]["aws_iam_policy"].values()
        if policy["name"] == "studio-role-studio"
    )
    assert arn in studio
