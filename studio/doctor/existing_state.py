"""Whether the bucket of Terraform's state is there, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator

from settings import Settings
from studio.aws.client import Aws
from studio.doctor.finding import Finding, looked_up
from studio.terraform.state import init
from studio.terraform.state.bucket import Bucket


def state(settings: Settings, aws: Aws) -> Iterator[Finding]:
    """What is wrong with the bucket; a deployment works without what it merely lacks."""
    name, wanted = settings.state.bucket, settings.state.region or settings.region
    if not name:
        return
    with looked_up(name):
        region = init.region_of(aws.in_region(wanted), name)
    if region is None:
        yield Finding(
            found=f"{name} does not exist in account {aws.account()}", fix="studio state init"
        )
        return
    if region != wanted:
        yield Finding(found=f"{name} is in {region}", fix=f'set state.region = "{region}"')
        return
    with looked_up(name):
        lacks = list(init.lacking(Bucket.of(settings)))
    if lacks:
        yield Finding(
            found=f"{name} is not {', not '.join(lacks)}",
            fix="studio state init, if it created the bucket; else ask its owner",
            advice=True,
        )
