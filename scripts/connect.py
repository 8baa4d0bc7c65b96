"""``studio connect``: starts a user's app and configures an SSH host for it."""

import argparse
import re
from pathlib import Path

from catalog.editors import EDITORS
from catalog.names import ConnectMethod, Plugin
from scripts import flags
from settings import Settings
from studio.connect.ssh_config import SshPaths
from studio.console import output
from studio.lifecycle import connect
from studio.lifecycle.settings_from_aws import find_settings

LOGIN = "sagemaker-user"
"""The user of an app: AWS requires uid 1000 and gid 100 of an image."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", metavar="USER", help="the user whose space to connect to")
    parser.add_argument(
        "--way",
        type=ConnectMethod,
        choices=list(ConnectMethod),
        help="connect method (default: `connect` in the settings)",
    )
    parser.add_argument("--open", choices=list(EDITORS), help="open this editor on the host")
    parser.add_argument(
        "--code", dest="open", action="store_const", const="code", help="the same as --open code"
    )
    parser.add_argument(
        "--plugin",
        choices=list(Plugin),
        type=Plugin,
        default=Plugin.AUTO,
        help="what carries the session: session-manager-plugin (aws), studio itself (studio), or "
        "the plugin if it is on PATH (auto, the default)",
    )
    parser.add_argument(
        "--login", default=LOGIN, type=_login, help="login name on the host (default: %(default)s)"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="run all checks and show the steps; change nothing"
    )
    parser.add_argument(
        "--remove",
        action="store_true",
        help="remove the host and its key from the SSH configuration",
    )
    flags.deployment(parser)


def settings(args: argparse.Namespace) -> Settings:
    """Those of studio.toml, or of the deployment that the flags name. Raises UserError."""
    found = flags.settings_of(args, args.user)
    # --remove works after the deployment is destroyed.
    if args.deployment and not args.remove:
        return find_settings(found, args.user)
    return found


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Connect, and print the name of the host. Raises UserError."""
    paths = SshPaths(deployment=settings.name, user=args.user, home=Path.home())
    if args.remove:
        return _remove(paths, region=settings.region, dry_run=args.dry_run)
    flags.deployment_of(args, settings)
    connect.connect(
        settings,
        paths,
        method=args.way,
        login=args.login,
        plugin=args.plugin,
        editor=EDITORS.get(args.open),
        dry_run=args.dry_run,
        report=output.say,
    )
    print(paths.host)
    return 0


def _remove(paths: SshPaths, *, region: str, dry_run: bool) -> int:
    if not connect.disconnect(paths, region=region, dry_run=dry_run):
        output.result(f"there is no {paths.host}")
    elif dry_run:
        output.result(f"would remove {paths.entry}, the key beside it, and their references")
    else:
        output.result(f"removed {paths.host}")
    return 0


def _login(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a login name: up to 32 of A-Z a-z 0-9 _ . -, the first a letter or _"
        )
    return text
