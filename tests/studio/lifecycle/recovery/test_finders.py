"""Each finder finds the resource that a plan would create again, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.aws.client import Aws
from studio.lifecycle.recovery.finders import FINDERS, candidates
from studio_emulator.server import Emulator
from tests.program import synthesize


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
