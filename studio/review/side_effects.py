"""Changes that Terraform calls an update or a creation, and that delete or lock away data.

ECR, CloudWatch and S3 delete what a new rule no longer keeps; nobody reads what a disabled key
encrypts. Not in the table, because these lose nothing by themselves: a repository's
``force_delete`` and a key's waiting period, which count only when the resource is destroyed, and a
user profile's security groups, images and idle time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from studio.terraform.plan import Action, Change, Plan


@dataclass(frozen=True)
class SideEffect:
    """What a change of a type loses: a clause, empty if nothing.

    of: for a resource that rules another one's data, the type of the other, the other's attribute
    with its name, and the attribute here that refers to it. A new one has no data yet.
    """

    loss: Callable[[Change], str]
    of: tuple[str, str, str] | None = None


def side_effect(change: Change, plan: Plan) -> str:
    """What this change, one of the plan's, loses; empty if nothing."""
    rule = SIDE_EFFECTS.get(change.type)
    if rule is None or change.action in (Action.NOTHING, Action.FORGET, Action.GONE):
        return ""
    return "" if rule.of and _is_new(change, rule.of, plan) else rule.loss(change)


def _is_new(change: Change, of: tuple[str, str, str], plan: Plan) -> bool:
    kind, theirs, ours = of
    return change.unknown.get(ours) is True or any(
        other.type == kind
        and other.action in (Action.CREATE, Action.REPLACE)
        and other.after.get(theirs) == change.after.get(ours)
        for other in plan.changes
    )


def _shorter_retention(change: Change) -> str:
    if change.action is not Action.UPDATE or "retention_in_days" not in change.attributes():
        return ""
    before, after = (_days(values) for values in (change.before, change.after))
    if change.unknown.get("retention_in_days"):
        return "records older than a number of days that is not known yet are deleted"
    return f"records older than {after} days are deleted" if after < before else ""


def _days(values: Mapping[str, Any]) -> float:
    """The provider writes 0 for records that never expire."""
    days = values.get("retention_in_days")
    return days if isinstance(days, int) and 0 < days < 10**6 else math.inf


def _fewer_images(change: Change) -> str:
    if change.action is Action.DESTROY:
        return ""
    before, after = (_counts(values) for values in (change.before, change.after))
    same = before and before.keys() == after.keys()
    if same and all(after[selection] >= before[selection] for selection in after):
        return ""
    return "ECR deletes every image that its rules no longer keep, even one that a version needs"


def _counts(values: Mapping[str, Any]) -> dict[str, float]:
    """The number of images or days that each rule keeps, by its selection; empty if unreadable.

    Source: docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html.
    """
    counts = {}
    for rule in _list(values.get("policy"), "rules"):
        match rule:
            case {"selection": {"countNumber": int(count), **selection}}:
                chosen = [rule.get("rulePriority"), rule.get("action"), selection]
                counts[json.dumps(chosen, sort_keys=True)] = float(min(count, 10**6))
            case _:
                return {}
    return counts


def _unreadable(change: Change) -> str:
    if change.action is not Action.UPDATE:
        return ""
    if change.before.get("is_enabled") is True and change.after.get("is_enabled") is not True:
        return "nobody can read what it encrypts, volumes and homes too, until it is enabled"
    before, after = (_statements(values) for values in (change.before, change.after))
    if "policy" in change.attributes() and not before <= after:
        return "its policy loses a statement, and with it somebody may lose access to the data"
    return ""


def _statements(values: Mapping[str, Any]) -> set[str]:
    found = _list(values.get("policy"), "Statement")
    return {json.dumps(statement, sort_keys=True) for statement in found}


def _expiring_objects(change: Change) -> str:
    if change.action is Action.DESTROY:
        return ""
    after = change.after.get("rule")
    if not isinstance(after, list):
        return "S3 deletes objects by rules that are not known yet" if change.unknown else ""
    before = change.before.get("rule")
    known = before if isinstance(before, list) else []
    if any(rule not in known and _expires(rule) for rule in after):
        return "S3 deletes the objects, or their earlier versions, that its rules name"
    return ""


def _expires(rule: Any) -> bool:
    match rule:
        case {"status": "Disabled"}:
            return False
        case {}:
            return bool(rule.get("expiration") or rule.get("noncurrent_version_expiration"))
    return True


def _versions_off(change: Change) -> str:
    match change.before:
        case {"versioning_configuration": [{"status": "Enabled"}]}:
            pass
        case _:
            return ""
    match change.after:
        case {"versioning_configuration": [{"status": "Enabled"}]}:
            return ""
    return "objects that are overwritten or deleted, such as Terraform's state, are lost at once"


def _other_files(change: Change) -> str:
    paths = ("custom_file_system_config", "custom_posix_user_config")
    if change.action is Action.UPDATE:
        before, after = (_user_settings(values) for values in (change.before, change.after))
        if any(before.get(path) and before[path] != after.get(path) for path in paths):
            return "the user no longer reaches a file system, or the files on it"
    return ""


def _user_settings(values: Mapping[str, Any]) -> Mapping[str, Any]:
    match values:
        case {"user_settings": [dict(found)]}:
            return found
    return {}


def _list(text: Any, member: str) -> list[Any]:
    """A list in a JSON document of AWS, which plans contain as text; empty if unreadable."""
    try:
        found = json.loads(text)[member]
    except (TypeError, ValueError, KeyError, RecursionError):
        return []
    return found if isinstance(found, list) else [found]


SIDE_EFFECTS: Mapping[str, SideEffect] = {
    "aws_kms_key": SideEffect(_unreadable),
    "aws_sagemaker_user_profile": SideEffect(_other_files),
    "aws_ecr_lifecycle_policy": SideEffect(
        _fewer_images, of=("aws_ecr_repository", "name", "repository")
    ),
    "aws_cloudwatch_log_group": SideEffect(_shorter_retention),
    "aws_s3_bucket_lifecycle_configuration": SideEffect(
        _expiring_objects, of=("aws_s3_bucket", "bucket", "bucket")
    ),
    "aws_s3_bucket_versioning": SideEffect(_versions_off),
}
