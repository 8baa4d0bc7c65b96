"""Checks the claims on a real account: ``python -m tests.conformance``, or ``make conformance``.

Exits with code 0 if AWS agrees with every checked claim and all resources are deleted, with 1 if
not, and with 2 for bad input.
"""

import argparse
import datetime
import json
import os
import re
import secrets
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from catalog.claims import CHECKED, CLAIMS
from tests.conformance import checked_deployment
from tests.conformance.account import FILES, PREFIX, RUN_ID, TAG, Account
from tests.conformance.checked_deployment import CLAIMS_OF_A_DEPLOYMENT, CheckedDeployment
from tests.conformance.cleanup import delete_everything
from tests.conformance.estimate import Estimate, estimate
from tests.conformance.report import Report

_FOLDER = Path(__file__).resolve().parents[2] / "docs" / "conformance"


def main(argv: Sequence[str] | None = None) -> int:
    about = "Check the claims of docs/reference/claims.md on a real account; show the cost first."
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=about)
    parser.add_argument(
        "--only",
        metavar="ID",
        action="append",
        choices=sorted(CHECKED),
        help="check this claim only (repeatable)",
    )
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=Path,
        help="write the report to FILE (default: docs/conformance/REGION-DATE.json)",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    parser.add_argument(
        "--clean", metavar="RUN", type=_run_id, help="only delete the resources of this run"
    )
    wanted = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(wanted)
    except (BotoCoreError, ClientError) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 2


def _run(wanted: argparse.Namespace) -> int:
    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
    if session.region_name is None:
        print("conformance: no region: set AWS_REGION", file=sys.stderr)
        return 2
    account = Account(
        session=session,
        endpoint_url=None,
        run_id=wanted.clean or secrets.token_hex(4),
        emulated=_is_emulated(),
    )
    caller = account.client("sts").get_caller_identity()
    if wanted.clean:
        if checked_deployment.exists(account):
            CheckedDeployment(account).delete()
        delete_everything(account)
        print(f"Deleted the resources of run {account.run_id}.")
        return 0
    if earlier := _earlier_runs(account):
        print(
            f"conformance: resources of an earlier run exist: {', '.join(earlier)}; first run "
            f"`python -m tests.conformance --clean {earlier[0].split('-')[1]}`",
            file=sys.stderr,
        )
        return 2
    claims = wanted.only or list(CLAIMS)
    deploys = not set(CLAIMS_OF_A_DEPLOYMENT).isdisjoint(claims)
    print(f"Account {caller['Account']}, region {account.region}.")
    for line in _announcement(estimate(claims), account, deploys=deploys):
        print(line)
    if not wanted.yes and not _agreed():
        return 2
    deployment = CheckedDeployment(account) if deploys else None
    report = Report(account=account, claims=claims, deployment=deployment)
    files = map(str, FILES)
    with deployment.in_background() if deployment is not None else nullcontext():
        words = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", *files]
        ended = pytest.main(words, plugins=[report])
        if deployment is not None and ended == pytest.ExitCode.INTERRUPTED:
            print(f"Interrupted: deleting {deployment.name}, which takes some minutes.")
            deployment.stop()
    target = wanted.report or _FOLDER / f"{account.region}-{datetime.date.today()}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(report.as_dict(), indent=2) + "\n", encoding="utf-8")
    print(f"Report: {target}")
    not_deleted = report.not_deleted
    if not_deleted is None and deployment is not None and checked_deployment.exists(account):
        not_deleted = deployment.name
    if not_deleted is not None:
        print(
            f"conformance: not all resources are deleted: {not_deleted}; run "
            f"`python -m tests.conformance --clean {account.run_id}`",
            file=sys.stderr,
        )
    return 1 if report.differs or not_deleted is not None else 0


def _announcement(it: Estimate, account: Account, *, deploys: bool) -> Iterator[str]:
    """The resources that the run creates, its duration and its cost."""
    yield f"The run creates {', '.join(it.resources) or 'no resources'}."
    yield f"It takes about {it.minutes:.0f} minutes and costs at most {it.usd:.2f} USD."
    yield f"All resources have the tag {TAG} = {account.run_id}."
    if deploys:
        name = CheckedDeployment(account).name
        yield f"The resources of the deployment {name} have the tag {TAG} = {name}."


def _run_id(text: str) -> str:
    if not re.fullmatch(RUN_ID, text):
        raise argparse.ArgumentTypeError(f"{text}: the id of a run is expected, such as 0123abcd")
    return text


def _is_emulated() -> bool:
    host = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).hostname
    return host in ("127.0.0.1", "localhost")


def _earlier_runs(account: Account) -> list[str]:
    domains = account.client("sagemaker").list_domains()["Domains"]
    names = (domain["DomainName"] for domain in domains)
    own = [name for name in names if re.match(f"{PREFIX}{RUN_ID}-", name)]
    return own + checked_deployment.existing_deployments(account)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        print("conformance: no terminal for the confirmation: add --yes", file=sys.stderr)
        return False
    return input("Type yes to continue: ") == "yes"


if __name__ == "__main__":
    sys.exit(main())
