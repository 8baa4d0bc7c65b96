"""The key of disks and home directories."""

import json

from catalog.permissions.iam import Account
from modules.key import DiskKey
from tests.synthesis import new_stack, only, references, synth


def test_the_key_is_rotated_and_has_a_waiting_period_of_30_days() -> None:
    stack = new_stack()
    account = Account(partition="aws-cn", region="cn-north-1", id="123456789012")
    DiskKey(stack, "key", account=account, alias="lab-disks", description="Disks")
    template = synth(stack)
    ((id_, found),) = references(template, "aws_kms_key", "key_id").items()
    alias = only(template, "aws_kms_alias")
    assert (found["enable_key_rotation"], found["deletion_window_in_days"]) == (True, 30)
    assert alias["name"] == "alias/lab-disks"
    assert alias["target_key_id"] == id_
    (statement,) = json.loads(found["policy"])["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws-cn:iam::123456789012:root"}
    assert statement["Action"] == "kms:*"
