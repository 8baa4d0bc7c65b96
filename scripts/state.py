"""``studio state``: creates the bucket, moves state, removes locks, imports resources."""

import argparse
from pathlib import Path

from scripts import flags
from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.state_bucket import ensure_state_bucket
from studio.console import output
from studio.console.prompts import confirm
from studio.lifecycle import identity
from studio.lifecycle.recovery.unfinished import adopt
from studio.terraform.deployment import Deployment
from studio.terraform.state import stores
from studio.terraform.state.stores import require_unlocked
from studio.terraform.state_commands import move_state, unlock


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("init", "move", "unlock", "adopt"))
    parser.add_argument(
        "--to",
        choices=("bucket", "local"),
        default="bucket",
        help="move the state there (default: %(default)s)",
    )
    flags.yes(parser)
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0. Raises UserError."""
    identity.check_state(settings, out=args.out)
    match args.action:
        case "init":
            ensure_state_bucket(settings, report=output.say)
            output.result(f"{settings.state.bucket}: ready for the state")
        case "move":
            _move(settings, args.out.resolve(), to=args.to)
        case "unlock":
            _unlock(settings, args.out.resolve(), yes=args.yes)
        case "adopt":
            _adopt(settings, args.out.resolve())
    return 0


def _adopt(settings: Settings, out: Path) -> None:
    output.say(f"Looking for {settings.name!r} in {Aws(settings.region).describe()}")
    stores.require_ready(settings, out.parent)
    deployment = Deployment(settings=settings, out=out)
    deployment.prepare()
    adopt(deployment)
    held = sum(map(len, deployment.resources([one.name for one in deployment.stacks]).values()))
    nothing = f"found nothing of {settings.name!r} in this account and region"
    output.result(f"The state holds {held} resources." if held else nothing)


def _move(settings: Settings, out: Path, *, to: str) -> None:
    if not settings.state.bucket:
        raise UserError('state.bucket = "": local state has no bucket; name it in the settings')
    deployment = Deployment(settings=settings, out=out)
    deployment.synthesize()
    moved = move_state(deployment, to_bucket=to == "bucket")
    if to == "local":
        output.say("Remove state.bucket from the settings before the next `studio up`.")
    output.result(f"{moved} moved" if moved else "nothing is left to move")


def _unlock(settings: Settings, out: Path, *, yes: bool) -> None:
    """Unlock with Terraform; a lock on local state ends with the process that holds it."""
    deployment = Deployment(settings=settings, out=out)
    if not settings.state.bucket:
        require_unlocked(deployment.store)
    locks = deployment.store.locks()
    if locks:
        deployment.synthesize()
    for lock in locks:
        output.say(str(lock))
        words = f"it is dead: {lock.stack}"
        confirm(words, f"If that run has ended for certain, type `{words}`: ", yes=yes)
        unlock(deployment, lock)
        output.result(f"{lock.stack}: unlocked")
    if not locks:
        output.result("nothing is locked")
