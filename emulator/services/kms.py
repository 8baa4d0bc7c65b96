"""KMS as strict as AWS's, on top of moto's: key policies, and keys that do not exist."""

from __future__ import annotations

from typing import Any

from emulator.errors import AwsError
from emulator.iam.policy import decide, granting, statements
from emulator.studio.call import Call

LOCKED_OUT = "The new key policy will not allow you to update the key policy in the future."


def check_policy(params: dict[str, Any], call: Call) -> None:
    """MalformedPolicyDocumentException for a policy that is none, or locks its caller out.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html (Policy,
    BypassPolicyLockoutSafetyCheck); words as in terraform-aws-modules/terraform-aws-kms#14.
    """
    document = params.get("Policy")
    if not document:
        return
    try:
        said = statements(document)
    except (ValueError, AttributeError, RecursionError) as bad:
        raise AwsError("MalformedPolicyDocumentException", f"Policy is not valid: {bad}") from bad
    if not said:
        raise AwsError("MalformedPolicyDocumentException", "Policy contains no statements.")
    if not params.get("BypassPolicyLockoutSafetyCheck") and not _keeps(said, call):
        raise AwsError("MalformedPolicyDocumentException", LOCKED_OUT)


def check_key(params: dict[str, Any], call: Call) -> None:
    """NotFoundException where moto would break off."""
    key_id = str(params["KeyId"])
    if key_id.rpartition("/")[2] not in call.backend("kms").keys:
        arn = f"arn:{call.partition}:kms:{call.region}:{call.account}:key/{key_id}"
        shown = key_id if key_id.startswith("arn:") else arn
        raise AwsError("NotFoundException", f"Key '{shown}' does not exist")


def _keeps(said: list[dict[str, Any]], call: Call) -> bool:
    """Whether the caller may still change the policy, by itself or through its account."""
    root = f"arn:{call.partition}:iam::{call.account}:root"
    caller = call.caller
    mine = {root, call.account} | ({caller.arn, caller.principal.arn} if caller else set())
    context = {
        "kms:CallerAccount": call.account,
        "aws:PrincipalAccount": call.account,
        "aws:PrincipalArn": caller.principal.arn if caller else root,
    }
    return decide(granting(said, mine, "kms:PutKeyPolicy", context))


CHECKS = {
    "CreateGrant": check_key,
    "CreateKey": check_policy,
    "ListGrants": check_key,
    "PutKeyPolicy": check_policy,
}
