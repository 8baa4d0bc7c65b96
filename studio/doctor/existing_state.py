"""Examines the S3 bucket of Terraform's state."""

from collections.abc import Iterator

from settings import Settings
from studio.aws.client import Aws
from studio.aws.state_bucket import StateBucket
from studio.doctor.finding import Finding, looking_up


def state(settings: Settings, aws: Aws) -> Iterator[Finding]:
    """The problems of the bucket. A missing protection is advice."""
    if not settings.state.bucket:
        return
    bucket = StateBucket.of(settings, aws)
    name, wanted = bucket.name, bucket.aws.region
    with looking_up(name):
        region = bucket.find_region()
    if region is None:
        yield Finding(
            found=f"{name} does not exist in account {aws.account()}", fix="`studio state init`"
        )
        return
    if region != wanted:
        yield Finding(found=f"{name} is in {region}", fix=f'set state.region = "{region}"')
        return
    with looking_up(name):
        missing = bucket.missing_protection()
    if missing:
        yield Finding(
            found=f"{name} is not {', not '.join(missing)}",
            fix="`studio state init`, if it created the bucket; else ask its owner",
            advice=True,
        )
