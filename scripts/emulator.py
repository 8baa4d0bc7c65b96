"""``studio emulator``: runs an emulated AWS, to try the project without an account."""

import argparse
import contextlib
import shlex

from settings import Settings, UserError
from studio.console import output


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=0, help="port on 127.0.0.1 (default: any free port)"
    )
    parser.add_argument(
        "--speed", type=float, default=100.0, help="how many times faster than AWS (%(default)s)"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the environment as shell exports, and serve until SIGINT or SIGTERM."""
    from studio_emulator.errors import UsageError
    from studio_emulator.ports import check_port
    from studio_emulator.signals import handle_signals

    try:
        check_port(args.port)
        # moto takes seconds to import.
        from studio_emulator.server import Emulator

        aws = Emulator(port=args.port, speed=args.speed, apps="processes")
        aws.start()
    except UsageError as wrong:
        raise UserError(str(wrong)) from wrong
    wait = handle_signals()
    with contextlib.closing(aws):
        for name, value in (aws.environment() | {"AWS_REGION": settings.region}).items():
            print(f"export {name}={shlex.quote(value)}", flush=True)
        output.current().silent = True
        output.say(
            "The emulated AWS runs. Paste the lines above into another terminal; Ctrl-C stops it."
        )
        wait()
    return 0
