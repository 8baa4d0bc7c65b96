"""The error of a step that fails although the person's input is valid."""

from settings import UserError


class StepFailed(UserError):
    """AWS or a child process failed; the message holds its own error or output."""

    exit_code = 1
