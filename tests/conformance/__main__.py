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
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from catalog.claims import ASKED, CLAIMS
from tests.conformance import account_life
from tests.conformance.account import FILES, PREFIX, TAG, Account
from tests.conformance.account_life import CLAIMS_OF_A_LIFE, Life
from tests.conformance.estimate import Estimate, estimate
from tests.conformance.report import Report
from tests.conformance.teardown import delete_everything

_FOLDER = Path(__file__).resolve().parents[2] / "docs" / "conformance"


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
        emulated=_is_emulated(),
    )
    caller = account.client("sts").get_caller_identity()
    if wanted.clean:
        if account_life.is_left(account):
            Life(account).clean()
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
    claims = wanted.only or list(CLAIMS)
    lives = not CLAIMS_OF_A_LIFE.isdisjoint(claims)
    print(f"Account {caller['Account']}, region {account.region}.")
    for line in _announced(estimate(claims), account, lives=lives):
        print(line)
    if not wanted.yes and not _agreed():
        return 2
    life = Life(account) if lives else None
    report = Report(account=account, claims=claims, life=life)
    files = map(str, FILES)
    with life.beside() if life is not None else nullcontext():
        words = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", *files]
        ended = pytest.main(words, plugins=[report])
        if life is not None and ended == pytest.ExitCode.INTERRUPTED:
            print(f"Interrupted: {life.name} is taken down, which takes some minutes.")
            life.stop()
    target = wanted.report or _FOLDER / f"{account.region}-{datetime.date.today()}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(report.as_dict(), indent=2) + "\n", encoding="utf-8")
    print(f"Report: {target}")
    left_behind = report.left_behind
    if left_behind is None and life is not None and account_life.is_left(account):
        left_behind = life.name
    if left_behind is not None:
        print(
            f"conformance: not all was deleted: {left_behind}; run "
            f"`python -m tests.conformance --clean {account.run}`",
            file=sys.stderr,
        )
    return 1 if report.differs or left_behind is not None else 0


def _announced(it: Estimate, account: Account, *, lives: bool) -> Iterator[str]:
    """What the run makes, how long it takes and what it costs."""
    yield f"This makes {', '.join(it.things) or 'nothing'}."
    yield f"It takes about {it.minutes:.0f} minutes and costs at most {it.usd:.2f} USD."
    yield f"All of it carries the tag {TAG} = {account.run}."
    if lives:
        name = Life(account).name
        yield f"The deployment is {name}, and carries the tag {TAG} = {name}."


def _is_emulated() -> bool:
    host = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).hostname
    return host in ("127.0.0.1", "localhost")


def _earlier_runs(account: Account) -> list[str]:
    domains = account.client("sagemaker").list_domains()["Domains"]
    own = [one["DomainName"] for one in domains if one["DomainName"].startswith(PREFIX)]
    return own + account_life.earlier(account)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        print("conformance: no terminal to ask at: add --yes", file=sys.stderr)
        return False
    return input("Type yes to continue: ") == "yes"


if __name__ == "__main__":
    sys.exit(main())
