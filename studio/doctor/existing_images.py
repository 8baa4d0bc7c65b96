"""Examines the images that other pipelines push, and the policies of their repositories."""

import json
from collections.abc import Iterator
from functools import partial

from catalog.permissions import studio_permissions
from catalog.permissions.iam import Account
from settings import Settings
from settings.existing import ExistingImage
from studio.aws.client import Aws
from studio.aws.ecr import Ecr
from studio.aws.policies import Decision, Request, decide
from studio.doctor.finding import Finding, ask, looking_up

_ask = partial(ask, "the owner of the pipeline")


def images(settings: Settings, aws: Aws) -> Iterator[Finding]:
    """The problems of each image that has a ``uri``."""
    ecr = Ecr(aws)
    for name, image in settings.images.items():
        if not image.uri:
            continue
        pushed, account = ExistingImage.at(image.uri), aws.account()
        if pushed.account != account:
            yield from _examine_policy(settings, ecr, pushed, account)
        with looking_up(image.uri):
            exists = ecr.holds(pushed.account, pushed.repository, pushed.digest)
        if not exists:
            yield _ask(f"image.{name}.uri: {image.uri} does not exist", "push it")


def _examine_policy(
    settings: Settings, ecr: Ecr, pushed: ExistingImage, account_id: str
) -> Iterator[Finding]:
    """Another account's repository policy must allow the role that reads the image."""
    arn = pushed.arn(settings.partition)
    with looking_up(f"the policy of {arn}"):
        policy = ecr.policy(pushed.account, pushed.repository)
    account = Account(partition=settings.partition, region=settings.region, id=account_id)
    role = settings.domain.execution_role or account.role_arn(f"{settings.name}-images")
    denied = [
        action
        for action in studio_permissions.PULL
        if decide(policy, Request(action=action, principal=role, resource=arn)) is Decision.DENIED
    ]
    if denied:
        statement = {
            "Sid": "Studio",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{settings.partition}:iam::{account_id}:root"},
            "Action": list(studio_permissions.PULL),
        }
        text = json.dumps(statement, separators=(",", ":"))
        yield _ask(
            f"the policy of {arn} denies {', '.join(denied)} to {role}",
            f"add to the repository policy: {text}",
        )
