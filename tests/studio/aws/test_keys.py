"""Customer managed keys: their use, and their deletion."""

from datetime import UTC, datetime, timedelta

import pytest

from studio.aws.client import Aws
from studio.aws.keys import delete_key, deployment_of, enabled_keys
from tests.emulator.samples import create_key
from tests.studio.account import REGION, Studio, client, make_key, use_key
from tests.studio.account import enabled_keys as enabled_in

AWS = Aws(REGION)


@pytest.mark.parametrize("by", ["alias", "log group", "file system"])
def test_keys_in_use_come_first(ours: Studio, by: str) -> None:
    spare, used = make_key(ours, "ours"), make_key(ours, "ours")
    use_key(ours, used, by)
    found = [(key.id, key.used, key.deployment) for key in enabled_keys(AWS)]
    assert found == [(used, True, "ours"), (spare, False, "ours")]


def test_a_key_without_a_tag_or_that_does_not_exist_is_of_no_deployment(ours: Studio) -> None:
    tagged, untagged = make_key(ours, "ours"), create_key(ours.aws)
    found = [deployment_of(AWS, key) for key in (tagged, untagged, untagged[::-1], "")]
    assert found == ["ours", None, None, None]


def test_a_key_is_deleted_once(ours: Studio) -> None:
    key_id = make_key(ours, "ours")
    (key,) = enabled_keys(AWS)
    said: list[str] = []
    for _ in range(2):
        delete_key(AWS, key, said.append)
    described = client(ours.aws, "kms").describe_key(KeyId=key_id)["KeyMetadata"]
    assert described["KeyState"] == "PendingDeletion"
    assert 29 < (described["DeletionDate"] - datetime.now(UTC)) / timedelta(days=1) <= 30
    assert (enabled_in(ours), enabled_keys(AWS)) == (set(), [])
    assert said[0] == f"deleted   KMS key {key_id}, in 30 days"
