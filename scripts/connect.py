"""``studio connect``: ends with an ssh host that works, and if wanted VS Code open on it."""

import argparse
import re
from pathlib import Path

from scripts import flags as flags
from settings import ConnectMethod, Feature, Settings, UserError
from settings.errors import show
from studio.aws.client import Aws
from studio.connect import requirements, ssh_config, steps
from studio.connect.request import Goal, find_space
from studio.connect.ssh_config import Place
from studio.lifecycle import identity
from studio.toolchain import toolbox

LOGIN = "sagemaker-user"
"""Who works in a space, by AWS's rules for images: user 1000, group 100."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Who, which way, and how far to go."""
    parser.add_argument("user", metavar="USER", help="a user of studio.toml")
    parser.add_argument(
        "--way",
        type=ConnectMethod,
        choices=list(ConnectMethod),
        help="instead of the user's `connect`",
    )
    parser.add_argument("--code", action="store_true", help="open VS Code on the host")
    parser.add_argument(
        "--login", default=LOGIN, type=_login, help="whom to be in the app (%(default)s)"
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="check everything, show all that would be done, change nothing",
    )
    parser.add_argument(
        "--remove", action="store_true", help="take the host, its key and settings away again"
    )
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Connect; exit code 0, and the host's name is all of standard output. Raises UserError."""
    place = Place(deployment=settings.name, user=args.user, home=Path.home())
    if args.remove:
        return _remove(place, dry_run=args.dry_run)
    if Feature.CONNECT not in settings.features:
        raise UserError(
            f"features = {show([*settings.features])}: nobody connects from outside without "
            f'"{Feature.CONNECT}"; add it and run `studio up`'
        )
    identity.check(settings, out=args.out)
    requirements.require(settings, *requirements.SSH, *(requirements.CODE if args.code else ()))
    toolbox.say(f"Connecting to {settings.name!r} in {Aws(settings.region).describe()}")
    goal = Goal(
        settings=settings,
        place=place,
        space=find_space(settings, args.user),
        way=args.way or settings.connect(args.user),
        login=args.login,
        report=toolbox.say,
    )
    for step in list(steps.steps(goal, code=args.code)):
        toolbox.say(f"would {step.what}" if args.dry_run else step.what)
        if args.dry_run:
            for line in step.shows().splitlines():
                toolbox.say(f"    {line}")
        else:
            step.do()
    print(place.host)
    return 0


def _remove(place: Place, *, dry_run: bool) -> int:
    if dry_run:
        toolbox.say(f"would remove {place.entry}, the key beside it, and its mention elsewhere")
    elif ssh_config.remove(place):
        toolbox.say(f"removed {place.host}")
    else:
        toolbox.say(f"there is no {place.host}")
    return 0


def _login(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}", text):
        raise argparse.ArgumentTypeError("a user's name is expected")
    return text
