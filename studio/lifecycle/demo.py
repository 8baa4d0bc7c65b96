"""The whole life of a deployment, on an emulated AWS."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from settings import Settings, UserError, load
from settings.load import file_name
from studio.errors import StepFailed
from studio.images.push import push_images
from studio.lifecycle import emulated
from studio.lifecycle.down import down
from studio.lifecycle.up import up
from studio.processes import children, interrupts
from studio.terraform.deployment import Deployment
from studio.terraform.synthesis import app_inputs, synthesize
from studio.toolchain import toolbox

_OUT = "cdktf.out"
_INTERRUPTED = 130


def demonstrate(
    settings: Settings,
    *,
    config: Path,
    folder: Path,
    speed: float,
    report: Callable[[str], None],
) -> int:
    """Deploy, show that a second plan is empty, destroy, show that nothing is left.

    That is done by a child process, since the environment says which AWS a process talks to; the
    result is its exit code. config: the file of the settings. ``folder`` is emptied first; state,
    log and the record of image versions are written to it. ``report`` takes each line of progress.
    Raises UserError.
    """
    if settings.domain.retention != "Delete":
        raise UserError(
            f'{file_name(config)}: domain.retention = "{settings.domain.retention}": the demo ends '
            'with nothing left, so it takes "Delete" only'
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    started = time.monotonic()
    inputs = app_inputs() | {
        "STUDIO_CONFIG": str(config),
        "STUDIO_VERSIONS": str(folder / "versions.toml"),
    }
    with emulated.starting(
        log=folder / "emulator.log", speed=speed, region=settings.region
    ) as ready:
        # A synthesis asks no AWS, and the emulator takes seconds to start.
        synthesize(folder / _OUT, inputs=inputs)
        aws = ready()
        report(f"An emulated AWS is up at {aws.url}; nothing here reaches the real one.")
        code = children.run(
            [sys.executable, "-m", "studio.lifecycle.demo", folder, aws.url],
            cwd=toolbox.PROJECT,
            env=aws.child_environment() | inputs,
            grace=children.GRACE,
        )
    if code == 0:
        report(f"Done in {time.monotonic() - started:.0f} s. With AWS credentials: `make deploy`.")
    return code


def live(
    settings: Settings, deployment: Deployment, aws: emulated.Aws, show: Callable[[str], None]
) -> None:
    """The life of a deployment on the AWS of the environment; ``show`` takes what is demonstrated.

    Raises UserError (StepFailed where something was left, or a plan was not empty).
    """
    deployment.synthesize()
    deployment.report(f"Synthesized: {', '.join(stack.name for stack in deployment.stacks)}")
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


def main() -> int:
    """The child process; it reports its errors itself."""
    folder, url = Path(sys.argv[1]), sys.argv[2]
    interrupts.install()
    settings = load()
    try:
        live(
            settings,
            Deployment(settings=settings, out=folder / _OUT),
            emulated.Aws(url=url, environment={}),
            show=lambda line: print(line, flush=True),
        )
    except UserError as error:
        toolbox.say(f"studio demo: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        # Whoever interrupted it says so.
        return _INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
