"""What ssh's ProxyCommand does whatever carries its session: opens it, and ends with ssh."""

import signal
from collections.abc import Callable
from types import FrameType

from settings import UserError
from studio.aws import sessions
from studio.aws.client import Aws
from studio.aws.sessions import Session
from studio.aws.waiting import moments
from studio.console.reports import Report

REGISTRATION_SECONDS = 90.0
"""An app is InService before its node has registered with Systems Manager; AWS's own client asks
for a session again for so long (aws-toolkit-vscode, packages/core/src/awsService/sagemaker)."""


def wait_for_session(aws: Aws, target: str, *, user: str, report: Report) -> Session:
    """A session to the target, once its node has registered. Raises UserError."""
    reported = False
    for passed in moments(REGISTRATION_SECONDS):
        try:
            return sessions.start_session(aws, target, user=user)
        except sessions.NotRegistered as error:
            if passed >= REGISTRATION_SECONDS:
                raise UserError(
                    f"the app of {user} has not registered for {passed:.0f} s ({error}); "
                    f"run `studio connect {user}`"
                ) from None
            if not reported:
                report("studio: waiting for the app to register with Systems Manager")
                reported = True
    raise AssertionError("the last moment raises")


def on_stop(action: Callable[[int, FrameType | None], object]) -> None:
    """Call the action for each signal with which ssh, a terminal or a person ends this process."""
    for name in ("SIGHUP", "SIGINT", "SIGTERM", "SIGBREAK"):
        if number := getattr(signal, name, None):
            signal.signal(number, action)
