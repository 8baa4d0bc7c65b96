"""``studio demo``: the whole life of a deployment, on an AWS that runs in a process."""

import argparse
import os
from pathlib import Path

from settings import Settings, load
from settings.paths import settings_file
from studio.lifecycle.demo import demonstrate
from studio.toolchain import toolbox


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--speed``: how many times faster than AWS the emulated AWS runs; ``--keep``: wait."""
    parser.add_argument("--speed", type=float, default=1e3, help="times AWS's pace (%(default)s)")
    parser.add_argument(
        "--keep", action="store_true", help="keep the deployment and an app up until Enter"
    )


def settings(_: argparse.Namespace) -> Settings:
    """Those of ``demo.toml``, unless STUDIO_CONFIG names another file."""
    return load(_file())


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0 when everything came up, nothing drifted, and nothing was left.

    Raises UserError.
    """
    folder = toolbox.PROJECT / ".demo"
    return demonstrate(
        settings,
        config=_file(),
        folder=folder,
        speed=args.speed,
        keep=args.keep,
        report=toolbox.say,
    )


def _file() -> Path:
    own = os.environ.get("STUDIO_CONFIG")
    return settings_file() if own else toolbox.PROJECT / "demo.toml"
