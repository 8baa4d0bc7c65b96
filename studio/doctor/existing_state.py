"""Whether the bucket of Terraform's state is there, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator

from settings import Settings
from studio.aws.client import Aws
from studio.aws.state_bucket import StateBucket
from studio.doctor.finding import Finding, looked_up


def state(settings: Settings, aws: Aws) -> Iterator[Finding]:
    """What is wrong with the bucket; a deployment works without what it merely lacks."""
    bucket = StateBucket.of(settings, aws)
    name, wanted = bucket.name, bucket.aws.region
    if not name:
        return
    with looked_up(name):
        region = bucket.find_region()
    if region is None:
        yield Finding(
            found=f"{name} does not exist in account {aws.account()}", fix="studio state init"
        )
        return
    if region != wanted:
        yield Finding(found=f"{name} is in {region}", fix=f'set state.region = "{region}"')
        return
    with looked_up(name):
        missing = bucket.missing_protection()
    if missing:
        yield Finding(
            found=f"{name} is not {', not '.join(missing)}",
            fix="studio state init, if it created the bucket; else ask its owner",
            advice=True,
        )
