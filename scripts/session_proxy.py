"""ssh's ProxyCommand: starts a session, which session-manager-plugin or this process carries.

``--plugin`` chooses; see ``catalog.names.Plugin``. ssh uses
standard input and output, so an error is one line on standard error.
"""

import argparse
import os
import shutil
import sys
import threading
from collections.abc import Sequence

from catalog.names import Plugin
from settings import UserError
from settings.errors import printable
from studio.aws import sessions
from studio.aws.botocore_session import load_start_session_only, open_session
from studio.aws.client import Aws
from studio.aws.sessions import Session, wait_for_session
from studio.connect.data_channel import DataChannel, SessionRefused
from studio.console.output import Output
from studio.processes.interrupts import on_stop

PLUGIN = "session-manager-plugin"


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 after the session has ended, 2 if none started."""
    parser = argparse.ArgumentParser(prog="session_proxy", description=__doc__)
    parser.add_argument("target", help="the ARN of a space, or the id of a managed node (mi-...)")
    parser.add_argument("--region", required=True)
    parser.add_argument("--user", required=True, help="the USER of `studio connect`")
    parser.add_argument("--deployment", help="the deployment, which commands in messages name")
    parser.add_argument("--profile", help="used if the environment has no credentials")
    parser.add_argument("--plugin", choices=list(Plugin), type=Plugin, default=Plugin.AUTO)
    args = parser.parse_args(argv)
    program = None if args.plugin is Plugin.STUDIO else shutil.which(PLUGIN)
    if program is None and args.plugin is Plugin.AWS:
        _report(f"{sessions.NEVER}{PLUGIN} is not on PATH: install it, or connect again without it")
        return 2
    # VS Code may start ssh without the terminal's environment; what is set takes precedence.
    named = os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE")
    try:
        credentials = open_session(None if named else args.profile)
        load_start_session_only(credentials)
        aws = Aws(args.region, session=credentials)
        session = wait_for_session(aws, args.target, user=args.user, report=_report)
        reason = (
            _carry(session, aws.ca_bundle) if program is None else _run_plugin(program, session)
        )
    except UserError as error:
        mark = sessions.NOT_YET if isinstance(error, sessions.NotYet) else sessions.NEVER
        flags = f"--deployment {args.deployment} --region {args.region}" if args.deployment else ""
        _report(f"{mark}{Output(deployment=flags).runnable(str(error))}")
        return error.exit_code
    except SessionRefused as error:
        _report(f"{sessions.NOT_YET}{printable(str(error))}")
        return 2
    except KeyboardInterrupt:
        return 130
    if reason:
        _report(f"studio: the session has ended: {printable(reason)}")
    return 0


def _run_plugin(program: str, session: Session) -> str:
    from studio.connect import plugin

    try:
        return plugin.carry(program, session, os.environ)
    except OSError as error:
        raise UserError(
            f"{PLUGIN} does not start ({error}): connect with --plugin studio"
        ) from None


def _carry(session: Session, ca_bundle: str | None) -> str:
    channel = DataChannel(session.answer, ca_bundle=ca_bundle)
    # In a thread: this one may hold the channel's locks when the signal arrives.
    on_stop(lambda *_: threading.Thread(target=channel.terminate).start())
    return channel.run(sys.stdin.fileno(), sys.stdout.fileno())


def _report(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
