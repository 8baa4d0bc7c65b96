"""``studio status``: shows each user's app, its start time and its cost."""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime

from scripts import flags
from settings import Settings
from studio.aws.client import Aws
from studio.aws.domain_resources import find_domain
from studio.console import output, terminal
from studio.lifecycle.status import as_table, overview


def arguments(parser: argparse.ArgumentParser) -> None:
    flags.deployment(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print a line for each user, or JSON; exit code 0. Raises UserError."""
    domain_id = find_domain(
        Aws(settings.region), settings.name, in_state=flags.domain_in_state(args, settings)
    )
    found = overview(settings, domain_id=domain_id, now=datetime.now(UTC))
    if args.json:
        print(json.dumps(asdict(found), indent=2))
    else:
        output.result(as_table(found, width=terminal.width()))
    return 0
