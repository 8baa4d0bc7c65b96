"""ECR's lifecycle policies: their schema, and the images that they expire."""

import json
import time
from typing import Any

import pytest

from studio_emulator.clock import Clock
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import REPOSITORY, Raw, make_repository
from tests.emulator.samples import code_of, make_image, make_version, push


def rule(**changes: Any) -> dict[str, Any]:
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 20}
    whole = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    for key, value in changes.items():
        (selection if key in selection or key.startswith(("tag", "count")) else whole)[key] = value
    return whole


@pytest.mark.parametrize(
    ("policy", "valid"),
    [
        ({"rules": [rule()]}, True),
        ({"rules": [rule(tagStatus="tagged", tagPrefixList=["v"])]}, True),
        ({"rules": [rule(countType="sinceImagePushed", countUnit="days")]}, True),
        ({"rules": [rule(tagStatus="untagged"), rule(rulePriority=2)]}, True),
        ("{", False),
        ([], False),
        ({}, False),
        ({"rules": []}, False),
        ({"rules": [rule(action="expire")]}, False),
        ({"rules": [rule(action={"type": "delete"})]}, False),
        ({"rules": [rule(selection=None)]}, False),
        ({"rules": [rule(rulePriority="1")]}, False),
        ({"rules": [rule(rulePriority=0)]}, False),
        ({"rules": [rule(countNumber=0)]}, False),
        ({"rules": [rule(countNumber="20")]}, False),
        ({"rules": [rule(countType="sinceImagePushed")]}, False),
        ({"rules": [rule(tagStatus="tagged")]}, False),
        ({"rules": [rule(tagStatus="untagged"), rule(tagStatus="untagged")]}, False),
        ({"rules": [rule(), rule(rulePriority=2, tagStatus="untagged")]}, False),
    ],
)
def test_lifecycle_policies(ecr: Any, policy: Any, valid: bool) -> None:
    make_repository(ecr)
    text = (policy if isinstance(policy, str) else json.dumps(policy)).ljust(100)
    if valid:
        ecr.put_lifecycle_policy(repositoryName=REPOSITORY, lifecyclePolicyText=text)
        stored = ecr.get_lifecycle_policy(repositoryName=REPOSITORY)["lifecyclePolicyText"]
        assert json.loads(stored) == policy
        return
    put = {"repositoryName": REPOSITORY, "lifecyclePolicyText": text}
    assert code_of(ecr.put_lifecycle_policy, **put) == "InvalidParameterException"


EXPIRING: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "keeps the newest": ([rule(countNumber=2)], ["b1", "b2"]),
    "prefix of tags": (
        [rule(countNumber=1, tagStatus="tagged", tagPrefixList=["a"])],
        ["a2", "b1", "b2"],
    ),
    "priority of rules": (
        [
            rule(countNumber=2, tagStatus="tagged", tagPatternList=["a*"]),
            rule(countNumber=1, rulePriority=2),
        ],
        ["a1", "a2", "b2"],
    ),
    "every pattern of tags": (
        [rule(countNumber=1, tagStatus="tagged", tagPatternList=["a*", "*1"])],
        ["a1", "a2", "b1", "b2"],
    ),
    "age of images": ([rule(countType="sinceImagePushed", countUnit="days")], []),
    "untagged only": ([rule(countNumber=1, tagStatus="untagged")], ["a1", "a2", "b1", "b2"]),
}


@pytest.mark.parametrize(("rules", "stay"), EXPIRING.values(), ids=EXPIRING)
def test_lifecycle_policy_expires_images_after_a_day(
    aws: Emulator,
    ecr: Any,
    raw: Raw,
    monkeypatch: pytest.MonkeyPatch,
    rules: list[dict[str, Any]],
    stay: list[str],
) -> None:
    aws.options.update({"speed": 1})
    pushed, start = ["a1", "a2", "b1", "b2"], time.time()
    for tag in pushed:
        raw.image(tag, tag)

    def tags(*, day: float) -> list[str]:
        monkeypatch.setattr(Clock, "now", lambda _: start + day * 86_400)
        images = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"]
        return sorted(tag for image in images for tag in image["imageTags"])

    for day, present in ((21, rules), (21.5, [rule(countNumber=9)]), (21.6, rules)):
        text = json.dumps({"rules": present})
        ecr.put_lifecycle_policy(repositoryName=REPOSITORY, lifecyclePolicyText=text)
        assert tags(day=day) == pushed
    assert tags(day=22.59) == pushed
    assert tags(day=22.61) == stay


def test_lifecycle_policy_expires_an_image_of_an_image_version(
    aws: Emulator, ecr: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = push(aws, "studio/slim", "v1")
    make_image(aws)
    assert make_version(aws, used)["BaseImage"] == used
    push(aws, "studio/slim", "v2")
    text = json.dumps({"rules": [rule(countNumber=1)]})
    ecr.put_lifecycle_policy(repositoryName="studio/slim", lifecyclePolicyText=text)
    later = time.time() + 86_401
    for now, tags in ((time.time(), ["v1", "v2"]), (later, ["v2"])):
        monkeypatch.setattr(Clock, "now", lambda _, now=now: now)
        images = ecr.describe_images(repositoryName="studio/slim")["imageDetails"]
        assert sorted(tag for image in images for tag in image["imageTags"]) == tags
    version = aws.client("sagemaker").describe_image_version(ImageName="slim")
    assert version["ImageVersionStatus"] == "CREATED"
