"""ssh's ProxyCommand: asks AWS for a session, and has session-manager-plugin carry it.

ssh owns standard input and output, so whatever goes wrong is one line on standard error.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence

from settings import UserError
from settings.errors import printable
from studio.aws import sessions
from studio.aws.client import Aws
from studio.aws.session import open_session
from studio.connect.proxy import carry

PLUGIN = "session-manager-plugin"


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 once the session has ended, 2 where there was none."""
    parser = argparse.ArgumentParser(prog="session_proxy", description=__doc__)
    parser.add_argument("target", help="the ARN of a space, or the id of a managed node (mi-...)")
    parser.add_argument("--region", required=True)
    parser.add_argument("--user", required=True, help="whom `studio connect` is run for")
    parser.add_argument("--profile", help="for an environment that names no credentials")
    args = parser.parse_args(argv)
    # A window that VS Code opens may lack what the terminal had, but what is set goes first.
    named = os.environ.keys() & {"AWS_ACCESS_KEY_ID", "AWS_PROFILE"}
    try:
        program = shutil.which(PLUGIN)
        if program is None:
            raise UserError(f"{PLUGIN} is not on PATH; `studio connect {args.user}` says more")
        credentials = open_session(profile_name=None if named else args.profile)
        aws = Aws(args.region, session=credentials)
        session = sessions.start_session(aws, args.target, user=args.user)
    except UserError as error:
        mark = sessions.NOT_YET if isinstance(error, sessions.NotYet) else sessions.NEVER
        print(f"{mark}{error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    ended = carry([program, *session.plugin_arguments()], session.id)
    if ended:
        print(f"studio: the session has ended: {printable(ended)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
