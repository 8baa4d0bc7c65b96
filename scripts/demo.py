"""``studio demo``: the whole life of a deployment, on an AWS that runs in a process."""

import argparse
import os
import shutil
import time

from scripts.up import up
from settings import Settings, UserError, load
from studio.errors import StepFailed
from studio.images.push import push_images
from studio.lifecycle import emulated
from studio.lifecycle.down import down
from studio.terraform.deployment import Deployment
from studio.toolchain import toolbox

_FOLDER = toolbox.PROJECT / ".demo"


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--speed``: how many times faster than AWS's own pace the emulated AWS goes."""
    parser.add_argument("--speed", type=float, default=1e3, help="times AWS's pace (%(default)s)")


def settings() -> Settings:
    """Those of ``demo.toml``, unless STUDIO_CONFIG names another file."""
    os.environ.setdefault("STUDIO_CONFIG", str(toolbox.PROJECT / "demo.toml"))
    return load()


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0 when everything came up, nothing drifted, and nothing was left.

    Raises UserError.
    """
    if settings.domain.retention != "Delete":
        raise UserError(
            f'{os.environ["STUDIO_CONFIG"]}: domain.retention = "{settings.domain.retention}": the '
            'demo ends with nothing left, so it takes "Delete" only'
        )
    os.environ["STUDIO_VERSIONS"] = str(_FOLDER / "versions.toml")
    shutil.rmtree(_FOLDER, ignore_errors=True)
    _FOLDER.mkdir()
    started = time.monotonic()
    with emulated.starting(
        log=_FOLDER / "emulator.log", speed=args.speed, region=settings.region
    ) as ready:
        deployment = Deployment(settings=settings, out=_FOLDER / "cdktf.out")
        # A synthesis asks no AWS, and the emulator takes seconds to be there.
        deployment.synthesize()
        names = ", ".join(stack.name for stack in deployment.stacks)
        aws = ready()
        aws.enter()
        toolbox.say(f"Synthesized: {names}")
        toolbox.say(f"An emulated AWS is up at {aws.url}; nothing here reaches the real one.")
        _life(settings, deployment, aws)
    toolbox.say(f"Done in {time.monotonic() - started:.0f} s. With AWS credentials: `make deploy`.")
    return 0


def _life(settings: Settings, deployment: Deployment, aws: emulated.Aws) -> None:
    _title("Deploy: network, role, ecr; the image; image, domain, users")
    up(settings, deployment, push=lambda: _push(settings, deployment))
    _title("What stands now")
    for kind, count in aws.counts().items():
        print(f"  {count:3}  {kind}")
    _title("A second plan of every stack")
    if changed := deployment.changed():
        raise StepFailed(f"the second plan is not empty: {', '.join(changed)}")
    print(f"  empty for {', '.join(stack.name for stack in deployment.stacks)}")
    _title("Destroy")
    down(settings, deployment)
    _title("What is left")
    if left := aws.counts():
        raise StepFailed(f"left behind: {', '.join(f'{n} {kind}' for kind, n in left.items())}")
    print("  nothing")


def _push(settings: Settings, deployment: Deployment) -> None:
    """Push the images; where one cannot be built here, a stand-in, so that every stack is seen."""
    try:
        push_images(settings, report=deployment.report)
    except UserError as error:
        deployment.report(f"No real image for this demo: {error}")
        push_images(settings, placeholder=True, report=deployment.report)


def _title(text: str) -> None:
    print(f"\n== {text}", flush=True)
