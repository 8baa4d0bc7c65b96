"""The errors that most operations answer, by their message."""

from functools import partial

from studio_emulator.errors import AwsError

invalid = partial(AwsError, "ValidationException")
not_found = partial(AwsError, "ResourceNotFound")
in_use = partial(AwsError, "ResourceInUse")
