"""``studio invite``: the line with which a person installs `studio` and connects."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from studio.toolchain import toolbox

if TYPE_CHECKING:
    from settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """``USER``, ``--from``."""
    parser.add_argument("user", metavar="USER", help="a user of studio.toml")
    parser.add_argument(
        "--from",
        dest="source",
        metavar="SOURCE",
        help="what uv installs: a package, a wheel's address or git+URL (this clone's origin)",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the line; exit code 0. Raises UserError."""
    from studio.lifecycle.invite import invitation, origin

    source = args.source or origin(toolbox.PROJECT)
    print(invitation(settings, args.user, source=source))
    toolbox.say(
        f"{args.user} needs uv (https://docs.astral.sh/uv), and an AWS identity with the policy of "
        "this user in the output client_policy_arns (`cdktf output role`)"
    )
    return 0
