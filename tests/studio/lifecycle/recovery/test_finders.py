"""Each finder finds the resource that a plan would create again, and no other."""

from pathlib import Path
from unittest.mock import MagicMock

import pytest

from studio.aws import keys
from studio.aws.client import Aws
from studio.lifecycle.recovery.finders import FINDERS, candidates
from studio_emulator.server import Emulator
from tests.emulator.samples import make_role
from tests.pipeline_roles import REGION, enter_pipeline
from tests.program import synthesize
from tests.studio.account import create_script
from tests.studio.deployed_studio import DeployedStudio


def test_every_deployed_type_has_a_finder(tmp_path: Path) -> None:
    stacks = synthesize(tmp_path, "[users.alice]\n")
    deployed = {kind for stack in stacks.values() for kind in stack["resource"]}
    assert deployed - set(FINDERS) == set()


def test_the_key_in_use_comes_first(aws: Emulator, found: Aws) -> None:
    kms = aws.client("kms")
    made = [kms.create_key(Description="disks")["KeyMetadata"]["KeyId"] for _ in range(2)]
    for used in made:
        kms.create_alias(AliasName="alias/disks", TargetKeyId=used)
        first, _ = candidates("aws_kms_key", found, {"description": "disks"})
        assert first.id == used
        kms.delete_alias(AliasName="alias/disks")


def test_the_roles_of_a_pipeline_find_a_key(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    kms, values = aws.client("kms"), {"description": "disks"}
    made = [kms.create_key(Description=what)["KeyMetadata"]["KeyId"] for what in ("other", "disks")]
    enter_pipeline(monkeypatch, aws, "plan", "apply")
    with monkeypatch.context() as context:
        context.setattr(keys, "key_ids_in_use", MagicMock(side_effect=AssertionError))
        assert [one.id for one in candidates("aws_kms_key", Aws(REGION), values)] == made[1:]
    kms.create_key(Description="disks")
    assert len(candidates("aws_kms_key", Aws(REGION), values)) == 2


@pytest.mark.parametrize("kind", sorted(FINDERS))
def test_without_a_resource_or_its_values_nothing_is_found(found: Aws, kind: str) -> None:
    known = dict.fromkeys(
        (
            *("name", "image_name", "base_image", "app_image_config_name", "domain_name"),
            *("user_profile_name", "space_name", "studio_lifecycle_config_name", "description"),
        ),
        "studio-none",
    )
    assert candidates(kind, found, {}) == []
    assert candidates(kind, found, {**known, "domain_id": "d-0a0a0a0a0a0a"}) == []
    assert candidates("aws_something_new", found, known) == []


def test_resources_of_sagemaker_are_found(deployed_studio: DeployedStudio) -> None:
    it, aws = deployed_studio, Aws("us-east-1")
    sagemaker, image = it.sagemaker, f"{it.settings.name}-slim"
    sagemaker.create_app_image_config(AppImageConfigName="lab")
    create_script(sagemaker, "start")
    profile = {"domain_id": it.domain_id, "user_profile_name": "alice"}
    space = {"domain_id": it.domain_id, "space_name": "alice"}
    for kind, values, id_ in (
        ("image", {"image_name": image}, image),
        ("app_image_config", {"app_image_config_name": "lab"}, "lab"),
        ("studio_lifecycle_config", {"studio_lifecycle_config_name": "start"}, "start"),
        ("user_profile", profile, f":user-profile/{it.domain_id}/alice"),
        ("space", space, f":space/{it.domain_id}/alice"),
    ):
        (one,) = candidates(f"aws_sagemaker_{kind}", aws, values)
        assert (one.id.endswith(id_), one.tags) == (True, {}), kind
        missing = {**values, [*values][-1]: "missing"}
        assert candidates(f"aws_sagemaker_{kind}", aws, missing) == []


def test_an_image_version_of_another_image_is_not_found(aws: Emulator, found: Aws) -> None:
    aws.client("sagemaker").create_image(ImageName="studio-slim", RoleArn=make_role(aws, "image"))
    values = {"image_name": "studio-slim", "base_image": "repository@sha256:0"}
    assert candidates("aws_sagemaker_image_version", found, values) == []
