"""``studio emulator``: an AWS in a process, for trying the project without an account."""

import argparse
import contextlib
import shlex

from settings import Settings, UserError
from studio.console import output


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--port`` (0: any free one) and ``--speed`` (how many times faster than AWS)."""
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (any free one)")
    parser.add_argument("--speed", type=float, default=100.0, help="times AWS's pace (%(default)s)")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until SIGINT or SIGTERM; the environment to use it with is printed as shell exports."""
    # moto takes a second to load, which no other subcommand needs.
    from studio_emulator.ending import on_signal
    from studio_emulator.errors import UsageError
    from studio_emulator.server import Emulator

    try:
        aws = Emulator(port=args.port, speed=args.speed, apps="processes")
        aws.start()
    except UsageError as wrong:
        raise UserError(str(wrong)) from wrong
    wait = on_signal()
    with contextlib.closing(aws):
        for name, value in (aws.environment() | {"AWS_REGION": settings.region}).items():
            print(f"export {name}={shlex.quote(value)}", flush=True)
        output.current().silent = True
        output.say(
            "An emulated AWS is up. Paste the lines above into another terminal; Ctrl-C ends it."
        )
        wait()
    return 0
