"""The whole life of a deployment, on an emulated AWS."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from settings import Feature, Settings, UserError, load
from settings.paths import file_name
from studio.aws.client import Aws
from studio.console import output, terminal
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.images.push import push_images
from studio.lifecycle import emulated
from studio.lifecycle.demo_people import people
from studio.lifecycle.down import down
from studio.lifecycle.leftovers import LOGS, leftovers
from studio.lifecycle.stop import stop
from studio.lifecycle.sweep import sweep
from studio.lifecycle.up import up
from studio.processes import children, interrupts
from studio.terraform.deployment import Deployment
from studio.terraform.shared_provider import shared_provider
from studio.terraform.synthesis import app_inputs, synthesize
from studio.toolchain import toolbox

_OUT = "cdktf.out"
_INTERRUPTED = 130
_KEEP, _CONTAINERS = "keep", "containers"


def demonstrate(
    settings: Settings,
    *,
    config: Path,
    folder: Path,
    speed: float,
    keep: bool,
    containers: bool,
    report: Report,
) -> int:
    """Deploy, show that a second plan is empty, connect, destroy, show that nothing is left.

    keep: wait before the app is stopped, until a person presses Enter. containers: apps run the
    images, which have to be built for that.

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
    folder.mkdir(exist_ok=True)
    with _alone(folder):
        _empty(folder)
        return _run(
            settings,
            config=config,
            folder=folder,
            speed=speed,
            options=[_KEEP] * keep + [_CONTAINERS] * containers,
            report=report,
        )


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Raises UserError where another demo runs in this folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise UserError(f"{folder}: another demo runs in it; wait until it has ended") from None
    finally:
        os.close(descriptor)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _run(
    settings: Settings,
    *,
    config: Path,
    folder: Path,
    speed: float,
    options: Sequence[str],
    report: Report,
) -> int:
    started = time.monotonic()
    inputs = app_inputs(config) | {
        "STUDIO_VERSIONS": str(folder / "versions.toml"),
    }
    with emulated.starting(
        log=folder / "emulator.log",
        speed=speed,
        region=settings.region,
        options=[f"apps={_CONTAINERS if _CONTAINERS in options else 'processes'}"],
    ) as ready:
        # A synthesis asks no AWS, and the emulator takes seconds to start.
        synthesize(folder / _OUT, config=config, inputs=inputs)
        aws = ready()
        report(f"An emulated AWS is up at {aws.url}; nothing here reaches the real one.")
        env = aws.child_environment() | inputs
        with shared_provider(_initialized(settings, folder / _OUT), env=env) as attached:
            # The child prints from now on.
            output.current().silent = True
            code = children.run(
                [sys.executable, "-m", "studio.lifecycle.demo", folder, aws.url, *options],
                cwd=toolbox.PROJECT,
                env=env | attached,
                grace=children.GRACE,
                stdin=sys.stdin if _KEEP in options else subprocess.DEVNULL,
            )
    if code == 0:
        report(f"Done in {time.monotonic() - started:.0f} s. With AWS credentials: `make deploy`.")
    return code


def _initialized(settings: Settings, out: Path) -> Path:
    """The folder of a stack with the provider in it. Raises StepFailed."""
    deployment = Deployment(settings=settings, out=out)
    folder = deployment.stacks[0].folder
    deployment.init(folder)
    return folder


def live(
    settings: Settings,
    deployment: Deployment,
    aws: emulated.Aws,
    *,
    keep: bool,
    containers: bool,
    show: Report,
) -> None:
    """The life of a deployment on the AWS of the environment; ``show`` takes what is demonstrated.

    Raises UserError (StepFailed where something was left, or a plan was not empty).
    """
    deployment.synthesize()
    deployment.report(f"Synthesized: {', '.join(stack.name for stack in deployment.stacks)}")
    show("\n== Deploy: ecr; push the image; network, role, image; domain; users")
    up(settings, deployment, push=lambda: _push(settings, deployment, real=containers))
    show("\n== What exists now")
    for kind, count in aws.counts().items():
        show(f"  {count:3}  {kind}")
    show("\n== A second plan of every stack")
    if changed := deployment.changed():
        raise StepFailed(f"the second plan is not empty: {', '.join(changed)}")
    show(f"  empty for {', '.join(stack.name for stack in deployment.stacks)}")
    what = "a container of its image" if containers else "a process of this machine"
    _connect(settings, deployment, aws, what=what, keep=keep, show=show)
    show("\n== Destroy")
    down(settings, deployment)
    show("\n== Sweep: the apps' logs, which SageMaker keeps")
    sweep([one for one in leftovers(Aws(settings.region)) if one.name == LOGS], show)
    show("\n== What is left")
    if left := aws.counts():
        raise StepFailed(f"left behind: {', '.join(f'{n} {kind}' for kind, n in left.items())}")
    show("  nothing")


def _connect(
    settings: Settings,
    deployment: Deployment,
    aws: emulated.Aws,
    *,
    what: str,
    keep: bool,
    show: Report,
) -> None:
    """The first user works in an app, the second one is refused there."""
    users = list(settings.users)[:2]
    if not users or Feature.CONNECT not in settings.features:
        show("\n== Nobody connects: the settings have no user, or not the feature connect")
        return
    if shutil.which("ssh") is None:
        show("\n== Nobody connects: ssh is not on PATH")
        return
    owner, *others = users
    role = deployment.store.read("role")
    policies = role.outputs["client_policy_arns"] if role else {}
    assert isinstance(policies, dict)
    with people(
        settings,
        policies={user: policies[user] for user in users},
        folder=deployment.out.parent,
        out=deployment.out,
        url=aws.url,
        show=show,
    ) as them:
        show(f"\n== {owner} connects to an app, which is {what}")
        them.connect(owner)
        them.work(owner)
        for other in others:
            them.refuse(other, owner=owner)
        if keep:
            shell, window = them.commands(owner)
            show("\n== The deployment stays up. A shell in the app, and VS Code on it:")
            show(f"{shell}\n{window}")
            show("Enter destroys the deployment.")
            output.current().before_question()
            sys.stdin.readline()
            output.current().after_question()
    show(f"\n== The app of {owner} stops")
    ended = stop(
        settings,
        owner,
        in_state=lambda: deployment.output("domain", "domain_id"),
        report=deployment.report,
    )
    deployment.report(ended)


def _push(settings: Settings, deployment: Deployment, *, real: bool) -> None:
    """Push the images; unless they have to be real, placeholders where they cannot be built."""
    try:
        push_images(settings, report=deployment.report)
    except UserError as error:
        if real:
            raise
        deployment.report(f"No real image for this demo: {error}")
        push_images(settings, placeholder=True, report=deployment.report)


def main() -> int:
    """The child process; it reports its errors itself."""
    folder, url = Path(sys.argv[1]), sys.argv[2]
    interrupts.install()
    settings = load()
    said = output.Output(
        silent=False,
        piped=not terminal.is_terminal(sys.stderr, os.environ),
        doing="working on the emulated AWS",
    )
    try:
        with output.speaking(said):
            live(
                settings,
                Deployment(settings=settings, out=folder / _OUT),
                emulated.Aws(url=url, environment={}),
                keep=_KEEP in sys.argv[3:],
                containers=_CONTAINERS in sys.argv[3:],
                show=output.result,
            )
    except UserError as error:
        toolbox.say(f"studio demo: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        # The parent process says that it was interrupted.
        return _INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
