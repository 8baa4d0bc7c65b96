"""ECR's lifecycle policies, as strict as their schema.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.errors import AwsError


def check(text: str) -> None:
    """What moto's own check takes for granted or leaves out; InvalidParameterException."""
    try:
        policy = json.loads(text)
    except ValueError:
        raise _bad_policy("Could not map policyString into LifecyclePolicy.") from None
    rules = policy.get("rules") if isinstance(policy, dict) else None
    if not isinstance(rules, list) or not rules:
        raise _bad_policy('object has missing required properties (["rules"])')
    priorities = []
    for rule in rules:
        if not isinstance(rule, dict):
            raise _bad_policy("a rule is an object")
        selection, action = rule.get("selection"), rule.get("action")
        if not (isinstance(selection, dict) and isinstance(action, dict) and action):
            raise _bad_policy("selection and action are required objects of a rule")
        priority = rule.get("rulePriority")
        if type(priority) is not int or priority < 1:
            raise _bad_policy("rulePriority is a whole number, at least 1")
        priorities.append(priority)
        _check_selection(selection)
        if selection["tagStatus"] == "any" and priority != max(
            other.get("rulePriority", 0) for other in rules if isinstance(other, dict)
        ):
            raise _bad_policy("a rule with tagStatus any has the highest rulePriority")
    if len(set(priorities)) < len(priorities):
        raise _bad_policy("rulePriority must be unique")


def _check_selection(selection: Mapping[str, Any]) -> None:
    if type(selection.get("countNumber")) is not int:
        raise _bad_policy("countNumber is a whole number")
    status = selection.get("tagStatus")
    if status not in ("tagged", "untagged", "any"):
        raise _bad_policy(f"instance value ({status}) not found in enum (tagStatus)")
    names = selection.get("tagPrefixList") or selection.get("tagPatternList")
    if (status == "tagged") != bool(names):
        raise _bad_policy("tagPrefixList or tagPatternList goes with tagStatus tagged, only")
    if (selection.get("countType") == "sinceImagePushed") != ("countUnit" in selection):
        raise _bad_policy("countUnit goes with countType sinceImagePushed, only")


def _bad_policy(reason: str) -> AwsError:
    return AwsError(
        "InvalidParameterException",
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle "
        f"policy validation failure: {reason}'",
    )
