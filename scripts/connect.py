"""``studio connect``: flags, one call, printing."""

import argparse
import re
from pathlib import Path

from scripts import flags as flags
from settings import ConnectMethod, Settings
from studio.connect.ssh_config import SshPaths
from studio.lifecycle import connect
from studio.terraform.deployment import Deployment
from studio.toolchain import toolbox

LOGIN = "sagemaker-user"
"""The user of an app by AWS's rules for images: uid 1000, gid 100."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """``USER``, and how to connect."""
    parser.add_argument("user", metavar="USER", help="a user of studio.toml")
    parser.add_argument(
        "--way",
        type=ConnectMethod,
        choices=list(ConnectMethod),
        help="instead of the user's `connect`",
    )
    parser.add_argument("--code", action="store_true", help="open VS Code on the host")
    parser.add_argument(
        "--login", default=LOGIN, type=_login, help="the user to log in as (%(default)s)"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="check everything, show the steps, change nothing"
    )
    parser.add_argument(
        "--remove", action="store_true", help="remove the host, its key and its settings"
    )
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Connect; standard output is the name of the host. Raises UserError."""
    paths = SshPaths(deployment=settings.name, user=args.user, home=Path.home())
    if args.remove:
        return _remove(paths, dry_run=args.dry_run)
    connect.connect(
        settings,
        paths,
        method=args.way,
        login=args.login,
        code=args.code,
        dry_run=args.dry_run,
        deployment=Deployment(settings=settings, out=args.out.resolve()),
        report=toolbox.say,
    )
    print(paths.host)
    return 0


def _remove(paths: SshPaths, *, dry_run: bool) -> int:
    if dry_run:
        toolbox.say(f"would remove {paths.entry}, the key beside it, and what names them")
    else:
        removed = connect.disconnect(paths)
        toolbox.say(f"removed {paths.host}" if removed else f"there is no {paths.host}")
    return 0


def _login(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not the name of a user")
    return text
