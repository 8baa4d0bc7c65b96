"""``studio demo``: the whole life of a deployment, on an AWS that runs in a process."""

import argparse
import os

from settings import Settings, load
from studio.lifecycle.demo import demonstrate
from studio.toolchain import toolbox


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--speed``: how many times faster than AWS's own pace the emulated AWS goes."""
    parser.add_argument("--speed", type=float, default=1e3, help="times AWS's pace (%(default)s)")


def settings() -> Settings:
    """Those of ``demo.toml``, unless STUDIO_CONFIG names another file."""
    os.environ.setdefault("STUDIO_CONFIG", str(toolbox.PROJECT / "demo.toml"))
    return load()


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0 when everything came up, nothing drifted, and nothing was left.

    Raises UserError.
    """
    folder = toolbox.PROJECT / ".demo"
    demonstrate(settings, folder=folder, speed=args.speed, report=toolbox.say, show=_show)
    return 0


def _show(line: str) -> None:
    print(line, flush=True)
