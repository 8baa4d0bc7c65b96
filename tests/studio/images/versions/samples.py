"""Sample versions."""

from datetime import UTC, datetime

from studio.aws.sagemaker_images import Version


def version(number: int, digit: str = "0", status: str = "CREATED") -> Version:
    return Version(
        number=number,
        status=status,
        digest=f"sha256:{digit * 64}",
        created=datetime(2026, 1, number, tzinfo=UTC),
    )
