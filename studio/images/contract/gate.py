"""The check as a gate before a push."""

from __future__ import annotations

from settings import Settings, UserError
from studio.images.builder import Built
from studio.images.contract.check import check, runtime_of
from studio.images.contract.command import passed, plan_of, summary


class CheckFailed(UserError):
    """An image that Studio could not run; it is not pushed."""

    exit_code = 1


def prove(settings: Settings, built: Built) -> None:
    """Run a built image as each kind of app that it is for; a line a point.

    Raises CheckFailed where a point fails, with how many.
    """
    for app_type in settings.images[built.name].app_types:
        plan = plan_of(built.name, built.reference, app_type, settings)
        points = check(runtime_of(built.engine), plan, lambda point: built.report(point.line()))
        if not passed(points):
            raise CheckFailed(f"check as {app_type.value}: {summary(points)}")
