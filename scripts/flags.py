"""Flags that several commands have."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.parsers import expected

if TYPE_CHECKING:
    from settings import Settings
    from studio.terraform.deployment import Deployment


def deployment(parser: argparse.ArgumentParser) -> None:
    """``--deployment``, ``--region``: a deployment without studio.toml; ``--out``: one with it."""
    parser.add_argument(
        "--deployment",
        metavar="NAME",
        type=expected("a name"),
        help="name of the deployment, if there is no studio.toml",
    )
    parser.add_argument(
        "--region",
        type=expected("a region"),
        help="region of the deployment, with --deployment",
    )
    out(parser)


def config_file(args: argparse.Namespace) -> Path:
    """The settings file that --config names, else STUDIO_CONFIG; absolute."""
    from settings.paths import settings_file

    return settings_file({"STUDIO_CONFIG": args.config} if args.config else os.environ)


def settings_of(args: argparse.Namespace, *users: str) -> Settings:
    """The settings of the file, or defaults for these users if --deployment names a deployment.

    Raises UserError.
    """
    from settings import UserError, load
    from settings.loading import of_deployment
    from settings.paths import file_name

    file = config_file(args)
    if "deployment" not in args:
        return load(file)
    if bool(args.deployment) != bool(args.region):
        given, missing = ("deployment", "region") if args.deployment else ("region", "deployment")
        raise UserError(f"--{given} {getattr(args, given)}: needs --{missing} too")
    if args.deployment:
        return of_deployment(args.deployment, args.region, {user: {} for user in users})
    if not os.path.lexists(file):
        raise UserError(
            f"{file_name(file)}: no such file; name the deployment with --deployment NAME --region "
            "REGION, or the file with --config"
        )
    return load(file)


def domain_in_state(args: argparse.Namespace, settings: Settings) -> Callable[[], str | None]:
    """A function that reads the domain's id from a state in this checkout; None if there is none.

    Raises UserError as ``deployment_of`` does.
    """
    found = deployment_of(args, settings)
    return lambda: found.output("domain", "domain_id") if found else None


def deployment_of(args: argparse.Namespace, settings: Settings) -> Deployment | None:
    """The deployment of the settings; None if --deployment names one. Raises UserError."""
    if args.deployment:
        return None
    from studio.lifecycle import identity
    from studio.terraform.deployment import Deployment

    identity.check_state(settings, out=args.out)
    return Deployment(settings=settings, out=args.out.resolve())


@contextlib.contextmanager
def opened(args: argparse.Namespace, settings: Settings, doing: str) -> Iterator[Deployment]:
    """The deployment that a command changes; with --dry-run, one that it can only read.

    doing: what the command says that it does. Raises UserError.
    """
    from studio.aws.client import Aws
    from studio.console import output
    from studio.lifecycle import identity
    from studio.terraform.deployment import Deployment
    from studio.terraform.state import stores

    identity.check_state(settings, out=args.out)
    output.say(f"{doing} {settings.name!r} in {Aws(settings.region).describe()}")
    out = args.out.resolve()
    stores.require_ready(settings, out.parent)
    if args.dry_run:
        with Deployment.read_only(settings=settings, out=out) as deployment:
            yield deployment
        return
    deployment = Deployment(settings=settings, out=out)
    deployment.prepare()
    yield deployment


def out(parser: argparse.ArgumentParser, *, name: str = "--out") -> None:
    """The folder of the synthesized stacks, with the local state beside it."""
    parser.add_argument(
        name,
        dest="out",
        metavar="OUT",
        type=folder,
        help="folder for the synthesized stacks; local state is beside it (default: cdktf.out; "
        "for teams/vision.toml teams/vision.studio/cdktf.out)",
    )


def folder(text: str) -> Path:
    """A folder. Raises ArgumentTypeError for a path that cannot be one."""
    # An unset variable in a script would mean the current folder.
    if text:
        # Python 3.11 and 3.12 raise RuntimeError for a symlink to itself.
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            Path(text).resolve()
            return Path(text)
    raise argparse.ArgumentTypeError(f"{text!r}: a folder is expected")


def allow(parser: argparse.ArgumentParser) -> None:
    """``--allow``: the losses that ``lifecycle.guard`` permits."""
    parser.add_argument(
        "--allow",
        metavar="ADDRESS",
        type=expected("an address"),
        action="append",
        default=[],
        help="resource that may be replaced, destroyed or changed although it holds data "
        "(repeatable)",
    )


def engine(parser: argparse.ArgumentParser) -> None:
    from studio.images.engine_commands import ENGINES
    from studio.images.engines import ENGINE

    parser.add_argument(
        "--engine",
        choices=list(ENGINES),
        help=f"container engine (default: ${ENGINE}, else the first that answers)",
    )


def yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")
