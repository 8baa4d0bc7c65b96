"""ECR's lifecycle policies: their schema, and the images that they expire.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
"""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from studio_emulator.clock import Clock
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import EcrLifecyclePolicyValidator, Repository
from studio_emulator.moto_internals.backends import backends_in_use
from studio_emulator.registry.images import in_an_index

_DAY = 86_400.0


def settle(clock: Clock) -> None:
    """Expire the images that a policy has selected for a day of AWS time.

    AWS expires an image "within 24 hours" after it meets the criteria.
    """
    for _, ecr in backends_in_use("ecr"):
        for repository in ecr.repositories.values():
            if repository.lifecycle_policy:
                _expire(repository, clock)


def _expire(repository: Repository, clock: Clock) -> None:
    selected = _selected(repository, clock)
    for image in list(repository.images):
        if image.image_digest not in selected:
            image.expires = None
        elif getattr(image, "expires", None) is None:
            image.expires = clock.due(_DAY)
        elif image.expires <= clock.now():
            repository.images.remove(image)


def _selected(repository: Repository, clock: Clock) -> set[str]:
    """The digests that the rules select, the rule of the lowest number first.

    An image whose tags match a rule is ignored by the rules after it.
    """
    rules = json.loads(repository.lifecycle_policy)["rules"]
    left = [image for image in repository.images if not in_an_index(repository, image)]
    # The sort is stable: of two images pushed in one second, the later one is newer.
    left.sort(key=lambda image: image.image_pushed_at)
    selected = set()
    for rule in sorted(rules, key=lambda rule: rule["rulePriority"]):
        selection = rule["selection"]
        mine = [image for image in left if _is_for(selection, image.image_tags)]
        left = [image for image in left if image not in mine]
        number = selection["countNumber"]
        if selection["countType"] == "imageCountMoreThan":
            old = mine[: max(0, len(mine) - number)]
        else:
            before = clock.now() - number * _DAY / clock.speed
            old = [image for image in mine if image.image_pushed_at < before]
        selected |= {image.image_digest for image in old}
    return selected


def _is_for(selection: Mapping[str, Any], tags: list[str]) -> bool:
    status = selection["tagStatus"]
    if status != "tagged":
        return status == "any" or not tags
    prefixes, patterns = selection.get("tagPrefixList"), selection.get("tagPatternList")
    wanted = [f"{prefix}*" for prefix in prefixes] if prefixes else patterns or []
    return bool(tags) and all(any(fnmatchcase(tag, one) for tag in tags) for one in wanted)


def check(text: str) -> None:
    """InvalidParameterException by moto's validator, and for errors that it does not find."""
    try:
        EcrLifecyclePolicyValidator(text).validate()
    except (AttributeError, TypeError):
        raise _bad_policy("a value has another type than the schema's") from None
    rules = json.loads(text)["rules"]
    if not rules:
        raise _bad_policy('object has missing required properties (["rules"])')
    priorities = [rule["rulePriority"] for rule in rules]
    if not all(type(priority) is int and priority > 0 for priority in priorities):
        raise _bad_policy("rulePriority is a whole number, at least 1")
    if len(set(priorities)) < len(priorities):
        raise _bad_policy("rulePriority must be unique")
    for rule in rules:
        _check_selection(rule["selection"])
        if rule["selection"]["tagStatus"] == "any" and rule["rulePriority"] < max(priorities):
            raise _bad_policy("a rule with tagStatus any has the highest rulePriority")


def _check_selection(selection: Mapping[str, Any]) -> None:
    if type(selection["countNumber"]) is not int:
        raise _bad_policy("countNumber is a whole number")
    names = selection.get("tagPrefixList") or selection.get("tagPatternList")
    if (selection["tagStatus"] == "tagged") != bool(names):
        raise _bad_policy("tagPrefixList and tagPatternList need tagStatus tagged")
    if (selection["countType"] == "sinceImagePushed") != ("countUnit" in selection):
        raise _bad_policy("countUnit needs countType sinceImagePushed")


def _bad_policy(reason: str) -> AwsError:
    return AwsError(
        "InvalidParameterException",
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle "
        f"policy validation failure: {reason}'",
    )
