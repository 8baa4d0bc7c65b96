"""Customer managed keys: their use, and their deletion."""

from datetime import UTC, datetime, timedelta

import pytest

from studio.aws.client import Aws
from studio.aws.keys import delete_key, enabled_keys, may_be_of_another
from tests.emulator.samples import create_key
from tests.studio.account import REGION, Studio, client, make_key, use_key
from tests.studio.deployed_studio import deny

AWS = Aws(REGION)


@pytest.mark.parametrize("by", ["alias", "log group", "file system"])
def test_keys_in_use_come_first(ours: Studio, by: str) -> None:
    spare, used = make_key(ours, "ours"), make_key(ours, "ours")
    use_key(ours, used, by)
    found = [(key.id, key.used, key.deployment) for key in enabled_keys(AWS)]
    assert found == [(used, True, "ours"), (spare, False, "ours")]


def test_a_key_may_be_of_another_deployment_by_its_tag_or_if_aws_hides_its_tags(
    ours: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagged, untagged = make_key(ours, "ours"), create_key(ours.aws)
    assert [may_be_of_another(AWS, tagged, name) for name in ("ours", "ours-a")] == [False, True]
    for key in (untagged, untagged[::-1], ""):
        assert not may_be_of_another(AWS, key, "ours")
    deny(monkeypatch, "kms", "ListResourceTags")
    assert may_be_of_another(AWS, tagged, "ours")


def test_a_key_is_deleted_once(ours: Studio) -> None:
    key_id = make_key(ours, "ours")
    (key,) = enabled_keys(AWS)
    said: list[str] = []
    for _ in range(2):
        delete_key(AWS, key, said.append)
    described = client(ours.aws, "kms").describe_key(KeyId=key_id)["KeyMetadata"]
    assert described["KeyState"] == "PendingDeletion"
    assert 29 < (described["DeletionDate"] - datetime.now(UTC)) / timedelta(days=1) <= 30
    assert enabled_keys(AWS) == []
    assert said[0] == f"deleted   KMS key {key_id}, in 30 days"
