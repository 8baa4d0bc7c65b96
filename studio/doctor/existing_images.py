"""Whether the images that other pipelines push are there, and whether Studio may read them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from catalog.permissions import studio_permissions
from catalog.permissions.iam import Account
from settings import Settings
from settings.existing import ExistingImage
from studio.aws.client import Aws
from studio.aws.ecr import Ecr
from studio.aws.policies import Decision, Request, decide
from studio.doctor.finding import Finding, looked_up


def images(settings: Settings, aws: Aws) -> Iterator[Finding]:
    """What is wrong with each image that has a ``uri``."""
    ecr = Ecr(aws)
    for name, image in settings.images.items():
        if not image.uri:
            continue
        pushed, account = ExistingImage.at(image.uri), aws.account()
        # Who may read the policy alone, or the image alone, learns what there is to learn.
        if pushed.account != account:
            yield from _policy(settings, ecr, pushed, account)
        with looked_up(image.uri):
            there = ecr.holds(pushed.account, pushed.repository, pushed.digest)
        if not there:
            yield _asking(f"image.{name}.uri: {image.uri} does not exist", "push it")


def _policy(
    settings: Settings, ecr: Ecr, pushed: ExistingImage, account_id: str
) -> Iterator[Finding]:
    """Of another account's repository the policy has to admit the role that reads the image."""
    arn = pushed.arn(settings.partition)
    with looked_up(f"the policy of {arn}"):
        policy = ecr.policy(pushed.account, pushed.repository)
    account = Account(partition=settings.partition, region=settings.region, id=account_id)
    role = settings.domain.execution_role or account.role_arn(f"{settings.name}-image")
    wanted = studio_permissions.PULL
    refused = [
        action
        for action in wanted
        if decide(policy, Request(action=action, principal=role, resource=arn)) is Decision.DENIED
    ]
    if refused:
        statement = {
            "Sid": "Studio",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{settings.partition}:iam::{account_id}:root"},
            "Action": list(wanted),
        }
        text = json.dumps(statement, separators=(",", ":"))
        yield _asking(
            f"the policy of {arn} refuses {', '.join(refused)} to {role}",
            f"add to the repository policy: {text}",
        )


def _asking(found: str, wanted: str) -> Finding:
    return Finding(found=found, fix=f"ask the owner of the pipeline to {wanted}")
