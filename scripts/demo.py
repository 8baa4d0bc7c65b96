"""``studio demo``: the whole life of a deployment, on an AWS that runs in a process."""

import argparse
import os
from pathlib import Path

from settings import Settings, load
from settings.paths import settings_file
from studio.lifecycle.demo import demonstrate
from studio.toolchain import toolbox


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--speed``: times AWS's pace; ``--keep``: wait; ``--containers``: apps run the images."""
    parser.add_argument("--speed", type=float, default=1e3, help="times AWS's pace (%(default)s)")
    parser.add_argument(
        "--keep", action="store_true", help="keep the deployment and an app up until Enter"
    )
    parser.add_argument(
        "--containers",
        action="store_true",
        help="run apps as containers of the images, which takes docker or podman and root on Linux",
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
        containers=args.containers,
        report=toolbox.say,
    )


def _file() -> Path:
    own = os.environ.get("STUDIO_CONFIG")
    return settings_file() if own else toolbox.PROJECT / "demo.toml"
