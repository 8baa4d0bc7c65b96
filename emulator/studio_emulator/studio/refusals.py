"""The errors that most operations answer."""

from studio_emulator.errors import AwsError


def invalid(message: str) -> AwsError:
    """A ValidationException."""
    return AwsError("ValidationException", message)


def not_found(message: str) -> AwsError:
    """A ResourceNotFound."""
    return AwsError("ResourceNotFound", message)


def in_use(message: str) -> AwsError:
    """A ResourceInUse."""
    return AwsError("ResourceInUse", message)
