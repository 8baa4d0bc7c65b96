"""The whole life of a deployment, on an emulated AWS."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from settings import Settings, UserError
from settings.load import file_name
from studio.errors import StepFailed
from studio.images.push import push_images
from studio.lifecycle import emulated
from studio.lifecycle.down import down
from studio.lifecycle.up import up
from studio.terraform.deployment import Deployment


def demonstrate(
    settings: Settings,
    *,
    folder: Path,
    speed: float,
    report: Callable[[str], None],
    show: Callable[[str], None],
) -> None:
    """Deploy, show that a second plan is empty, destroy, show that nothing is left.

    ``folder`` is emptied first; state, log and the record of image versions are written to it.
    ``report`` takes each line of progress, ``show`` each line of what is demonstrated.
    Raises UserError (StepFailed where something was left, or a plan was not empty).
    """
    if settings.domain.retention != "Delete":
        raise UserError(
            f'{file_name()}: domain.retention = "{settings.domain.retention}": the demo ends with '
            'nothing left, so it takes "Delete" only'
        )
    os.environ["STUDIO_VERSIONS"] = str(folder / "versions.toml")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    started = time.monotonic()
    with emulated.starting(
        log=folder / "emulator.log", speed=speed, region=settings.region
    ) as ready:
        deployment = Deployment(settings=settings, out=folder / "cdktf.out", report=report)
        # A synthesis asks no AWS, and the emulator takes seconds to start.
        deployment.synthesize()
        names = ", ".join(stack.name for stack in deployment.stacks)
        aws = ready()
        aws.enter()
        report(f"Synthesized: {names}")
        report(f"An emulated AWS is up at {aws.url}; nothing here reaches the real one.")
        _live(settings, deployment, aws, show)
    report(f"Done in {time.monotonic() - started:.0f} s. With AWS credentials: `make deploy`.")


def _live(
    settings: Settings, deployment: Deployment, aws: emulated.Aws, show: Callable[[str], None]
) -> None:
    show("\n== Deploy: network, role, ecr; the image; image, domain, users")
    up(settings, deployment, push=lambda: _push(settings, deployment))
    show("\n== What exists now")
    for kind, count in aws.counts().items():
        show(f"  {count:3}  {kind}")
    show("\n== A second plan of every stack")
    if changed := deployment.changed():
        raise StepFailed(f"the second plan is not empty: {', '.join(changed)}")
    show(f"  empty for {', '.join(stack.name for stack in deployment.stacks)}")
    show("\n== Destroy")
    down(settings, deployment)
    show("\n== What is left")
    if left := aws.counts():
        raise StepFailed(f"left behind: {', '.join(f'{n} {kind}' for kind, n in left.items())}")
    show("  nothing")


def _push(settings: Settings, deployment: Deployment) -> None:
    """Push the images, or placeholders where they cannot be built here."""
    try:
        push_images(settings, report=deployment.report)
    except UserError as error:
        deployment.report(f"No real image for this demo: {error}")
        push_images(settings, placeholder=True, report=deployment.report)
