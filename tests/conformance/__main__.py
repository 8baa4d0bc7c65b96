"""Asks a real account about the claims: ``python -m tests.conformance``, or ``make conformance``.

    --only ID       one claim (repeatable)
    --report FILE   the file of the report (default: docs/conformance/REGION-DATE.json)
    --yes           do not ask
    --clean RUN     delete what the run of that name left, and ask nothing

Exit code 0 when every claim that could be asked agrees and nothing is left, 1 when not, 2 for bad
input.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import secrets
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from catalog.claims import ASKED, CLAIMS
from tests.conformance.account import FILES, PREFIX, TAG, Account
from tests.conformance.report import Report
from tests.conformance.teardown import delete_everything

_FOLDER = Path(__file__).resolve().parents[2] / "docs" / "conformance"
_MAKES = (
    "two SageMaker domains with a user profile and a space, two images without a version, "
    "a VPC with two subnets and for some minutes two interface endpoints, a role without "
    "permissions, a bucket, three KMS keys (deleted after 7 days), an ml.t3.large app three times "
    "for some minutes"
)
_TIME_AND_COST = (
    "about 55 minutes, and at most 2 USD (an app that AWS starts although it should not)"
)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance")
    parser.add_argument("--only", metavar="ID", action="append", choices=sorted(ASKED))
    parser.add_argument("--report", metavar="FILE", type=Path)
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--clean", metavar="RUN")
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
        run=wanted.clean or secrets.token_hex(4),
        pause=0.05 if _is_emulated() else 5,
        patience=3 if _is_emulated() else 300,
    )
    caller = account.client("sts").get_caller_identity()
    if wanted.clean:
        delete_everything(account)
        print(f"Deleted what run {account.run} left.")
        return 0
    if earlier := _earlier_runs(account):
        print(
            f"conformance: an earlier run left {', '.join(earlier)}; delete that first: "
            f"python -m tests.conformance --clean {earlier[0].split('-')[1]}",
            file=sys.stderr,
        )
        return 2
    print(f"Account {caller['Account']}, region {account.region}. This makes {_MAKES}.")
    print(f"It takes {_TIME_AND_COST}. All of it carries the tag {TAG} = {account.run}.")
    if not wanted.yes and not _agreed():
        return 2
    report = Report(account=account, claims=wanted.only or list(CLAIMS))
    files = map(str, FILES)
    pytest.main(["-q", "-p", "no:xdist", "-p", "no:cacheprovider", *files], plugins=[report])
    target = wanted.report or _FOLDER / f"{account.region}-{datetime.date.today()}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(report.as_dict(), indent=2) + "\n", encoding="utf-8")
    print(f"Report: {target}")
    if report.left_behind is not None:
        print(
            f"conformance: not all was deleted: {report.left_behind}; run "
            f"`python -m tests.conformance --clean {account.run}`",
            file=sys.stderr,
        )
    return 1 if report.differs or report.left_behind is not None else 0


def _is_emulated() -> bool:
    host = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).hostname
    return host in ("127.0.0.1", "localhost")


def _earlier_runs(account: Account) -> list[str]:
    domains = account.client("sagemaker").list_domains()["Domains"]
    return [one["DomainName"] for one in domains if one["DomainName"].startswith(PREFIX)]


def _agreed() -> bool:
    if not sys.stdin.isatty():
        print("conformance: no terminal to ask at: add --yes", file=sys.stderr)
        return False
    return input("Type yes to go on: ") == "yes"


if __name__ == "__main__":
    sys.exit(main())
