"""Starts ssh's session, waits for an app that does not accept it yet, and handles signals."""

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
"""An app may be InService before its node registers with Systems Manager. AWS's client retries as
long (aws-toolkit-vscode, packages/core/src/awsService/sagemaker)."""


def wait_for_session(aws: Aws, target: str, *, user: str, report: Report) -> Session:
    """Start a session with the target, after its node has registered. Raises UserError."""
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
    """Call the action for each signal by which ssh, a terminal or a user stops this process."""
    for name in ("SIGHUP", "SIGINT", "SIGTERM", "SIGBREAK"):
        if number := getattr(signal, name, None):
            signal.signal(number, action)
