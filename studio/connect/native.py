"""The native way: SageMaker's own remote access, switched on at the space."""

from collections.abc import Iterator

from catalog.instances import INSTANCES, NATIVE_MEMORY_GIB
from settings import UserError
from studio.aws.apps import start_app
from studio.aws.spaces import enable_remote_access
from studio.connect.request import Goal, Step


def check(goal: Goal) -> None:
    """Raise UserError for what SageMaker would refuse, before anything is started or changed."""
    instance_type, user = goal.instance_type(), goal.user
    instance = INSTANCES.get(instance_type)
    if instance is not None and instance.memory_gib < NATIVE_MEMORY_GIB:
        raise UserError(
            f"users.{user}.space.instance_type: {instance_type} has {instance.memory_gib:g} GiB of "
            f"memory, the native way needs {NATIVE_MEMORY_GIB} or more; choose a larger one, run "
            f"`studio up` (and `studio stop {user}` where an app runs), or take --way ssh-helper"
        )
    if not goal.space.remote_access and goal.app() is not None:
        raise UserError(
            f"the app of {user} runs without remote access, which can be switched on only while "
            f"nothing runs: save your work, run `studio stop {user}`, then connect again"
        )


def steps(goal: Goal) -> Iterator[Step]:
    """What is left to do until the space can be reached."""
    if not goal.space.remote_access:
        yield Step(
            f"switch on remote access of the space {goal.space.name}",
            lambda: enable_remote_access(goal.aws, goal.space),
        )
    app = goal.app()
    if app is None or app.status != "InService":
        yield Step(
            f"start {goal.space.app_type} ({goal.price()})",
            lambda: start_app(goal.aws, goal.space, goal.report),
        )


def reached(goal: Goal) -> tuple[str, str] | None:
    """Where sessions lead, and which app is there; None where none runs."""
    app = goal.app()
    return None if app is None else (goal.space.arn, f"{app.since.timestamp() * 1000:.0f}")


def foreseen(goal: Goal) -> tuple[str, str]:
    """What ``reached`` will say once an app runs, with APP for what nobody knows yet."""
    return goal.space.arn, "APP"
