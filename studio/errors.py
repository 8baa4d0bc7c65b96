"""How a step of a command fails that is nobody's input's fault."""

from settings import UserError


class StepFailed(UserError):
    """AWS or a child process failed, for a reason that its own answer or output gave."""

    exit_code = 1
