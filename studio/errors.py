"""The errors of a step that fails although the input is valid, and of a wrong flag."""

from settings import UserError

RUN_AGAIN = "run the same command again to continue"
"""What fixes it where AWS took longer than we wait: every command continues what it began."""


class FlagError(UserError):
    """A flag names something that does not exist; ``plan`` too exits with 2, not with 1."""


class StepFailed(UserError):
    """AWS or a child process failed; the message holds its own error or output."""

    exit_code = 1
