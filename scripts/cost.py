"""``studio cost``: prints what the settings cost a day, without AWS."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from settings import Settings
from studio.console.tables import price
from studio.review.settings_costs import CDK_DEMO_USD, PRICES_READ, Day, Item, cost_of_day


def arguments(_: argparse.ArgumentParser) -> None:
    """No flags of its own."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    day = cost_of_day(settings)
    print(json.dumps(_document(day), indent=2) if args.json else "\n".join(lines(day)))
    return 0


def lines(day: Day) -> Iterator[str]:
    yield "USD a day, at the prices of us-east-1"
    yield f"  idle     {day.idle:7.2f}   no app runs"
    yield f"  paused   {day.paused:7.2f}   after `studio pause`"
    without = "" if all(item.usd is not None for item in day.apps) else ", without those marked ?"
    yield f"  working  {day.working:7.2f}   every user's app runs all day{without}"
    yield f"  CDK demo {CDK_DEMO_USD:7.2f}   sjcahill/sagemaker-remote-demo, idle"
    for title, items in (("Idle", (*day.endpoints, *day.keys)), ("While an app runs", day.apps)):
        yield from ("", title)
        yield from map(_line, items)
    if day.savings:
        yield from ("", "What other settings save a day")
        yield from (f"  {one.usd:6.2f}  {one.setting}" for one in day.savings)
    sources = {item.source: None for item in (*day.endpoints, *day.keys, *day.apps)}
    yield from ("", f"Prices, read in {PRICES_READ}:", *(f"  {source}" for source in sources))
    yield "AWS bills volumes, home directories, images, flow logs and traffic in addition, by size."


def _line(item: Item) -> str:
    return f"  {price(item.usd, '.2f'):>6}  {item.part}: {item.name}"


def _document(day: Day) -> dict[str, object]:
    return {
        "region_of_prices": "us-east-1",
        "prices_read": PRICES_READ,
        "usd_a_day": {
            "idle": round(day.idle, 4),
            "paused": round(day.paused, 4),
            "working": round(day.working, 4),
            "cdk_demo": round(CDK_DEMO_USD, 4),
        },
        **asdict(day),
    }
