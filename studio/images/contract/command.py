"""`studio image check`: what is asked for, and what is printed."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from settings import AppType, Feature, ImageSettings, Settings, UserError
from settings.containers import container_config
from settings.content import content_tag
from settings.paths import images_folder
from studio.console.reports import Report
from studio.images.contract.check import Plan, check, runtime_of
from studio.images.contract.expectations import HEALTH_SECONDS
from studio.images.contract.point import Point
from studio.images.engines import DIALECTS, ENGINE, PLATFORM, Engine, Job, find_engine

HELP = "prove images against what Studio expects, by running them as Studio does"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", metavar="IMAGE", nargs="*", help="default: every enabled image")
    parser.add_argument(
        "--reference", metavar="REF", help="check this image of the engine's instead of building"
    )
    parser.add_argument(
        "--app-type",
        type=AppType,
        action="append",
        choices=list(AppType),
        help="default: the image's app_types",
    )
    parser.add_argument(
        "--engine", choices=list(DIALECTS), help=f"default: ${ENGINE}, else the first that answers"
    )
    parser.add_argument(
        "--wait",
        type=float,
        default=HEALTH_SECONDS,
        metavar="SECONDS",
        help=f"for the server's first answer (default: {HEALTH_SECONDS:.0f})",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document, nothing else")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0: every point holds. 1: some do not."""
    names = _names(args, settings)
    engine = _engine(args.engine)
    report = _silent if args.json else _print
    records = []
    for name in names:
        image = settings.image.get(name, ImageSettings())
        reference = args.reference or build(engine, name, image, settings, report)
        for app_type in args.app_type or image.app_types:
            plan = replace(plan_of(name, reference, app_type, settings), wait=args.wait)
            report(f"{name} as {app_type.value}, with {engine.name}:")
            points = check(runtime_of(engine), plan, lambda point: report(f"  {point.line()}"))
            report(f"{name} as {app_type.value}: {summary(points)}")
            records.append(_record(plan, engine, points))
    if args.json:
        print(json.dumps({"checks": records}, indent=2))
    return 0 if all(record["passed"] for record in records) else 1


def proven(settings: Settings) -> dict[str, list[Point]]:
    """The points of every enabled image, by image and kind of app ("slim as JupyterLab").

    Raises UserError where no engine answers, or a build fails.
    """
    engine, found = _engine(None), {}
    for name, image in settings.images.items():
        reference = build(engine, name, image, settings, _silent)
        for app_type in image.app_types:
            plan = plan_of(name, reference, app_type, settings)
            found[f"{name} as {app_type.value}"] = check(runtime_of(engine), plan, _silent)
    return found


def _print(text: str) -> None:
    print(text, flush=True)


def _silent(_: object) -> None:
    pass


def build(
    engine: Engine, name: str, image: ImageSettings, settings: Settings, report: Report
) -> str:
    """Build the image's folder; returns the reference under which the engine has it."""
    tag = content_tag(images_folder() / name, image.build_args)
    reference = f"localhost/{settings.name}/{name}:{tag}"
    report(f"{name}: building for {PLATFORM} with {engine.name}, tag {tag}")
    with tempfile.TemporaryDirectory(prefix="studio-check-") as scratch:
        engine.build(
            Job(
                folder=images_folder() / name,
                reference=reference,
                build_args=image.build_args,
                password="",
                plain_http=False,
                scratch=Path(scratch),
            ),
            report,
        )
    return reference


def plan_of(name: str, reference: str, app_type: AppType, settings: Settings) -> Plan:
    return Plan(
        image=name,
        reference=reference,
        app_type=app_type,
        container=container_config(settings, name, app_type),
        region=settings.region,
        partition=settings.partition,
        ssh=Feature.CONNECT in settings.features,
        wait=HEALTH_SECONDS,
    )


def passed(points: list[Point]) -> bool:
    return not any(point.passed is False for point in points)


def summary(points: list[Point]) -> str:
    """How many points hold, and how many do not."""
    failed = sum(point.passed is False for point in points)
    unproven = sum(point.passed is None for point in points)
    text = f"{len(points) - failed - unproven} of {len(points)} points hold"
    return (
        text
        + (f", {failed} failed" if failed else "")
        + (f", {unproven} could not be looked at" if unproven else "")
    )


def _names(args: argparse.Namespace, settings: Settings) -> list[str]:
    if args.wait <= 0:
        raise UserError(f"--wait {args.wait:g}: a number of seconds above 0")
    names = list(dict.fromkeys(args.images))
    if args.reference:
        if len(names) > 1:
            raise UserError("--reference: goes with one IMAGE at most")
        if not names:
            return ["custom"]
    for name in names:
        if name not in settings.image:
            known = ", ".join(settings.image) or "none"
            raise UserError(f"image {name}: not in studio.toml; there: {known}")
    names = names or list(settings.images)
    if not names:
        raise UserError("no image is enabled in studio.toml")
    for name in names:
        if not args.reference and not (images_folder() / name).is_dir():
            raise UserError(f"image {name}: no folder {images_folder() / name}")
    return names


def _engine(wanted: str | None) -> Engine:
    engine = find_engine(wanted or os.environ.get(ENGINE) or None)
    if engine is None:
        raise UserError(
            f"no container engine answers: install or start one of {', '.join(DIALECTS)}"
        )
    return engine


def _record(plan: Plan, engine: Engine, points: list[Point]) -> dict[str, object]:
    return {
        "image": plan.image,
        "reference": plan.reference,
        "app_type": plan.app_type.value,
        "engine": engine.name,
        "passed": passed(points),
        "points": [point.record() for point in points],
    }
