"""Creates the S3 bucket for a team's state."""

from settings import Settings, UserError
from studio.aws.state_bucket import StateBucket
from studio.console.reports import Report


def init(settings: Settings, *, report: Report) -> None:
    """Create the bucket of ``[state]``: public access blocked, TLS only, encrypted, versioned.

    Adds missing protection to a bucket that an earlier run created. Raises UserError if another
    account has the bucket, or if another command created it without this protection.
    """
    if not settings.state.bucket:
        raise UserError('state.bucket = "": name the bucket to create')
    bucket = StateBucket.of(settings)
    where = f'state.bucket = "{bucket.name}"'
    with bucket.errors():
        region = bucket.find_region()
        if region is None:
            bucket.create()
            report(f"{bucket.name}: created in {bucket.aws.region}")
        elif region != bucket.aws.region:
            raise UserError(f'{where}: the bucket is in {region}: set state.region = "{region}"')
        missing = bucket.missing_protection()
        if missing and not bucket.is_created_by_studio():
            raise UserError(
                f"{where}: it exists and is not {', not '.join(missing)}; `studio state init` "
                "changes only a bucket that it created: ask the owner of the bucket"
            )
        report(f"{bucket.name}: {bucket.protect(missing)}")
