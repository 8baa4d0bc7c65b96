"""The command `studio-emulator`: serves until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from typing import TYPE_CHECKING, Never

from studio_emulator.errors import UsageError
from studio_emulator.options import Options
from studio_emulator.ports import check_port
from studio_emulator.signals import handle_signals

if TYPE_CHECKING:
    from studio_emulator.server import Emulator


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Never:
        raise UsageError(message)


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 after SIGINT or SIGTERM, 2 for a bad option or a port in use."""
    try:
        emulator = _emulator(arguments)
        emulator.start()
    except UsageError as wrong:
        print(f"studio-emulator: {wrong}", file=sys.stderr)
        return 2
    wait = handle_signals()

    def wait_and_close() -> None:
        wait()
        emulator.close()

    emulator.allow_kill(wait_and_close)
    print(f"AWS_ENDPOINT_URL={emulator.endpoint_url}", flush=True)
    wait_and_close()
    return 0


def _emulator(arguments: list[str] | None) -> Emulator:
    parser = _Parser(prog="studio-emulator", description="Serve an emulated AWS on 127.0.0.1.")
    parser.add_argument(
        "--port", type=check_port, default=0, help="port on 127.0.0.1 (default: 0, any free port)"
    )
    parser.add_argument("--speed", help="AWS seconds per real second (default: 100)")
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"one of {', '.join(Options().as_dict())}",
    )
    parsed = parser.parse_args(arguments)
    options = Options(apps="processes")
    options.update_from_text([f"speed={parsed.speed}"] if parsed.speed is not None else [])
    options.update_from_text(parsed.option)

    # Moto takes seconds to load, so bad options are reported first. Moto stays loaded, and one
    # garbage collection of its modules takes as long as loading them.
    gc.disable()
    from studio_emulator.server import Emulator

    gc.freeze()
    gc.enable()
    return Emulator(port=parsed.port, **options.as_dict())


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # A normal exit takes more than a second to unload moto.
    os._exit(code)
