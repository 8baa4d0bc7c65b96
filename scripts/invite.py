"""``studio invite``: prints the command that installs `studio` and connects a user."""

import argparse
import re

from scripts import flags
from settings import Settings
from studio.console import output
from studio.lifecycle import identity
from studio.lifecycle.invite import invitation


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", metavar="USER", help="a user of studio.toml")
    parser.add_argument(
        "--from",
        dest="source",
        metavar="SOURCE",
        type=_source,
        help="package, wheel URL or git+URL for uv (default: the origin of this clone)",
    )
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the command; exit code 0. Raises UserError."""
    identity.check_state(settings, out=args.out)
    print(invitation(settings, args.user, source=args.source))
    output.say(
        f"{args.user} needs uv (https://docs.astral.sh/uv), and an AWS identity with this user's "
        "policy from the output client_policy_arns (`cdktf output role`)"
    )
    return 0


def _source(text: str) -> str:
    if not text.strip() or re.match(r"\S+://\S*\s", text):
        raise argparse.ArgumentTypeError(
            f"{text!r}: a package, or a URL without spaces, is expected"
        )
    return text
