"""The error of a step that fails although the person's input is valid."""

from settings import UserError

RUN_AGAIN = "run the same command again to continue"
"""What fixes it where AWS took longer than we wait: every command continues what it began."""


class StepFailed(UserError):
    """AWS or a child process failed; the message holds its own error or output."""

    exit_code = 1
