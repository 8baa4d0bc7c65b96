"""Flags that several subcommands have."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from settings import Settings
    from studio.terraform.deployment import Deployment


def deployment(parser: argparse.ArgumentParser) -> None:
    """``--deployment``, ``--region``: a deployment without its studio.toml; ``--out`` with it."""
    parser.add_argument(
        "--deployment", metavar="NAME", help="the deployment's name, where there is no studio.toml"
    )
    parser.add_argument("--region", help="the deployment's region, with --deployment")
    out(parser)


def load_settings(args: argparse.Namespace) -> Settings:
    """The settings of the file that --config names, else STUDIO_CONFIG. Raises SettingsError."""
    from settings import load

    return load(config_file(args))


def config_file(args: argparse.Namespace) -> Path:
    """The settings file; absolute."""
    from settings.paths import settings_file

    return settings_file({"STUDIO_CONFIG": args.config} if args.config else os.environ)


def settings_of(args: argparse.Namespace, *users: str) -> Settings:
    """The settings of studio.toml, or defaults for the deployment and users that are named.

    Raises UserError.
    """
    from settings import UserError
    from settings.loading import of_deployment
    from settings.paths import file_name

    if bool(args.deployment) != bool(args.region):
        given = "--deployment" if args.deployment else "--region"
        missing = "--region" if args.deployment else "--deployment"
        raise UserError(f"{given} {args.deployment or args.region}: {missing} is missing beside it")
    if args.deployment:
        return of_deployment(args.deployment, args.region, {user: {} for user in users})
    file = config_file(args)
    if not os.path.lexists(file):
        raise UserError(
            f"{file_name(file)}: no such file; name the deployment with --deployment NAME --region "
            "REGION, or the file with --config"
        )
    return load_settings(args)


def domain_in_state(args: argparse.Namespace, settings: Settings) -> Callable[[], str | None]:
    """How to read the domain's id in Terraform's state, None where that is not here.

    Raises UserError as ``deployment_of`` does.
    """
    found = deployment_of(args, settings)
    return lambda: found.output("domain", "domain_id") if found else None


def deployment_of(args: argparse.Namespace, settings: Settings) -> Deployment | None:
    """The deployment whose state may be here; None where the flags name one. Raises UserError."""
    if args.deployment:
        return None
    from studio.lifecycle import identity
    from studio.terraform.deployment import Deployment

    identity.check(settings, out=args.out)
    return Deployment(settings=settings, out=args.out.resolve())


def out(parser: argparse.ArgumentParser, *, name: str = "--out") -> None:
    """Where the deployment is synthesized, and beside which its local state lies."""
    parser.add_argument(
        name,
        dest="out",
        metavar="OUT",
        type=_folder,
        help="folder for the synthesized stacks; local state is beside it (default: cdktf.out; "
        "for teams/vision.toml teams/vision.studio/cdktf.out)",
    )


def _folder(text: str) -> Path:
    # An unset variable of a script would name the folder that it runs in.
    if text:
        # Python 3.11 and 3.12 raise RuntimeError for a symlink to itself.
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            Path(text).resolve()
            return Path(text)
    raise argparse.ArgumentTypeError(f"{text!r}: a folder is expected")


def allow(parser: argparse.ArgumentParser) -> None:
    """``--allow``: what the guard permits; see ``review.guard``."""
    parser.add_argument(
        "--allow",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="what may be replaced, destroyed or changed although it holds data (repeatable)",
    )


def engine(parser: argparse.ArgumentParser) -> None:
    """``--engine``: the container engine."""
    from studio.images.engine_commands import ENGINES
    from studio.images.engines import ENGINE

    parser.add_argument(
        "--engine",
        choices=list(ENGINES),
        help=f"default: ${ENGINE}, else the first that answers",
    )
