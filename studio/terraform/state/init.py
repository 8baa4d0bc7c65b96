"""Makes the bucket that a team's state lies in; one that somebody else made is left as it is."""

from settings import Settings, UserError
from studio.aws.state_bucket import StateBucket
from studio.console.reports import Report
from studio.terraform.state.bucket import bucket_errors


def init(settings: Settings, *, report: Report) -> None:
    """Make the bucket of ``[state]``: public access blocked, TLS only, encrypted, versioned.

    What is so already is left alone, and so are other statements of the bucket's policy.
    Raises UserError, for a bucket of another account's too, and for one that lacks something and
    that this command did not make.
    """
    if not settings.state.bucket:
        raise UserError('state.bucket = "": name the bucket that is to be made')
    bucket = StateBucket.of(settings)
    where = f'state.bucket = "{bucket.bucket}"'
    with bucket_errors(bucket.bucket):
        region = bucket.find_region()
        if region is None:
            bucket.create()
            report(f"{bucket.bucket}: created in {bucket.aws.region}")
        elif region != bucket.aws.region:
            raise UserError(f'{where}: it is in {region}: state.region = "{region}"')
        lacks = bucket.lacking()
        if lacks and not bucket.is_ours():
            raise UserError(
                f"{where}: it exists and is not {', not '.join(lacks)}; "
                "`studio state init` changes no bucket that it did not create: ask its owner"
            )
        report(f"{bucket.bucket}: {bucket.secure(lacks)}")
