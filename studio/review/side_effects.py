"""Finds updates and creations that delete data or make it unreadable.

ECR, CloudWatch and S3 delete the data that a new rule does not keep, and a disabled key makes its
data unreadable. A repository's ``force_delete`` and a key's waiting period are not in the table:
they matter only if the resource is destroyed.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from studio.terraform.plan import Action, Change, Plan


@dataclass(frozen=True)
class SideEffect:
    """A type of resource whose changes may lose data. loss: a clause, or empty.

    of: the resource with the data, which is safe if it is new: its type, the attribute with its
    name, and the attribute that refers to it.
    """

    loss: Callable[[Change], str]
    of: tuple[str, str, str] | None = None


def side_effect(change: Change, plan: Plan) -> str:
    """What a change of the plan loses; may be empty."""
    rule = SIDE_EFFECTS.get(change.type)
    if rule is None or change.action in (Action.NOTHING, Action.FORGET, Action.GONE):
        return ""
    return "" if rule.of and _is_new(change, rule.of, plan) else rule.loss(change)


def _is_new(change: Change, of: tuple[str, str, str], plan: Plan) -> bool:
    type_, name, reference = of
    return change.unknown.get(reference) is True or any(
        other.type == type_
        and other.action in (Action.CREATE, Action.REPLACE)
        and other.after.get(name) == change.after.get(reference)
        for other in plan.changes
    )


def _shorter_retention(change: Change) -> str:
    if change.action is not Action.UPDATE or "retention_in_days" not in change.attributes():
        return ""
    before, after = (_days(values) for values in (change.before, change.after))
    if change.unknown.get("retention_in_days"):
        return "CloudWatch deletes records older than a number of days that is not known yet"
    return f"CloudWatch deletes records older than {after} days" if after < before else ""


def _days(values: Mapping[str, Any]) -> float:
    """The days that records are kept; 0 is for ever."""
    days = values.get("retention_in_days")
    return days if isinstance(days, int) and 0 < days < 10**6 else math.inf


def _fewer_images(change: Change) -> str:
    if change.action is Action.DESTROY:
        return ""
    before, after = (_counts(values) for values in (change.before, change.after))
    same = before and before.keys() == after.keys()
    if same and all(after[selection] >= before[selection] for selection in after):
        return ""
    return "ECR deletes every image that its rules no longer keep, even if a version needs it"


def _counts(values: Mapping[str, Any]) -> dict[str, float]:
    """The number of images or days that each rule keeps, by its selection; empty if invalid.

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
        return (
            "the data that it encrypts, such as volumes and homes, cannot be read until it is "
            "enabled again"
        )
    before, after = (_statements(values) for values in (change.before, change.after))
    if "policy" in change.attributes() and not before <= after:
        return "its policy loses a statement, which may be needed to read the data"
    return ""


def _statements(values: Mapping[str, Any]) -> set[str]:
    found = _list(values.get("policy"), "Statement")
    return {json.dumps(statement, sort_keys=True) for statement in found}


def _expiring_objects(change: Change) -> str:
    if change.action is Action.DESTROY:
        return ""
    after = change.after.get("rule")
    if not isinstance(after, list):
        return "S3 deletes objects with rules that are not known yet" if change.unknown else ""
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
    match change.before, change.after:
        case _, {"versioning_configuration": [{"status": "Enabled"}]}:
            return ""
        case {"versioning_configuration": [{"status": "Enabled"}]}, _:
            return "overwritten or deleted objects, such as Terraform's state, cannot be restored"
    return ""


def _other_files(change: Change) -> str:
    paths = ("custom_file_system_config", "custom_posix_user_config")
    if change.action is Action.UPDATE:
        before, after = (_user_settings(values) for values in (change.before, change.after))
        if any(before.get(path) and before[path] != after.get(path) for path in paths):
            return "the user loses access to a file system or the files on it"
    return ""


def _user_settings(values: Mapping[str, Any]) -> Mapping[str, Any]:
    match values:
        case {"user_settings": [dict(found)]}:
            return found
    return {}


def _list(text: Any, member: str) -> list[Any]:
    """A list in a JSON document; empty if it is invalid."""
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
