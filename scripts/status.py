"""``studio status``: who runs what, since when, and for how much."""

import argparse
import json
from datetime import UTC, datetime

from scripts import flags as flags
from settings import Settings
from studio.aws.client import Aws
from studio.aws.domains import find_domain
from studio.lifecycle import identity
from studio.lifecycle.status import as_table, overview
from studio.terraform.deployment import Deployment


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--json``; ``--out`` as for ``studio up``."""
    flags.as_json(parser)
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print one line a user, or JSON; exit code 0. Raises UserError."""
    identity.check(settings, out=args.out)
    deployment = Deployment(settings=settings, out=args.out.resolve())
    domain_id = find_domain(
        Aws(settings.region),
        settings.name,
        in_state=lambda: deployment.output("domain", "domain_id"),
    )
    found = overview(settings, domain_id=domain_id, now=datetime.now(UTC))
    print(json.dumps(found.as_dict(), indent=2) if args.json else as_table(found))
    return 0
