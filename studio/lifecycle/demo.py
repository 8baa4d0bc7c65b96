"""The demo: deploys onto an emulated AWS, connects, destroys; which result is a failure."""

import argparse
import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from settings import Feature, Settings, UserError, load
from studio.aws.client import Aws
from studio.console import output, terminal
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.images.push import push_images
from studio.lifecycle import emulated
from studio.lifecycle.demo_people import people
from studio.lifecycle.down import Teardown
from studio.lifecycle.stop import stop
from studio.lifecycle.sweep import LOGS, leftovers, sweep
from studio.lifecycle.up import up
from studio.processes import children, interrupts
from studio.terraform.deployment import Deployment
from studio.terraform.shared_provider import shared_provider
from studio.terraform.synthesis import synthesize

_OUT = "cdktf.out"
_INTERRUPTED = 130


def demonstrate(
    settings: Settings,
    *,
    folder: Path,
    speed: float,
    keep: bool,
    containers: bool,
    report: Report,
) -> int:
    """Deploy, check that a second plan is empty, connect, destroy, check that nothing is left.

    A child process does it, with the environment that leads AWS's clients to the emulator; returns
    its exit code. ``folder`` is emptied first; it gets state, log and the record of image versions.
    keep: wait for Enter before the app stops. containers: apps run the images, which must be built.
    Raises UserError.
    """
    if settings.domain.retention != "Delete":
        raise UserError(
            f'{settings.file_name}: domain.retention = "{settings.domain.retention}": the demo '
            'leaves nothing behind, so it needs "Delete"'
        )
    started = time.monotonic()
    # main.py takes no arguments from cdktf, so a variable names the demo's record of versions.
    record = {"STUDIO_VERSIONS": str(folder / "versions.toml")}
    folder.mkdir(exist_ok=True)
    with _alone(folder):
        _empty(folder)
        with emulated.starting(
            log=folder / "emulator.log",
            speed=speed,
            region=settings.region,
            options=[f"apps={'containers' if containers else 'processes'}"],
        ) as ready:
            # A synthesis calls no AWS API, and the emulator takes seconds to start.
            synthesize(folder / _OUT, config=settings.file, inputs=record)
            aws = ready()
            report(f"An emulated AWS is up at {aws.url}; nothing here reaches the real one.")
            env = aws.child_environment() | record
            command = [sys.executable, "-P", "-m", "studio.lifecycle.demo", aws.url]
            flags = ["--keep"] * keep + ["--containers"] * containers
            with shared_provider(_initialized(settings, folder / _OUT), env=env) as attached:
                # The child prints from now on.
                output.current().silent = True
                code = children.run(
                    [*command, folder, settings.file, *flags],
                    env=env | attached,
                    grace=children.GRACE,
                    stdin=sys.stdin if keep else subprocess.DEVNULL,
                )
    if code == 0:
        report(f"Done in {time.monotonic() - started:.0f} s. With AWS credentials: `make deploy`.")
    return code


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Raise UserError if another demo runs in this folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise UserError(f"{folder}: another demo runs in it; wait until it ends") from None
    finally:
        os.close(descriptor)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _initialized(settings: Settings, out: Path) -> Path:
    """The folder of an initialized stack. Raises StepFailed."""
    deployment = Deployment(settings=settings, out=out)
    first, *_ = deployment.stacks
    deployment.initialize(first)
    return first.folder


def deploy_and_destroy(
    settings: Settings,
    deployment: Deployment,
    aws: emulated.EmulatedAws,
    *,
    keep: bool,
    containers: bool,
    show: Report,
) -> None:
    """The demo, on the AWS of the environment; ``show`` takes what it demonstrates.

    Raises UserError (StepFailed if the second plan is not empty, or a resource is left).
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
    Teardown.of(settings, deployment).run()
    show("\n== Sweep: the apps' logs, which SageMaker keeps")
    sweep([one for one in leftovers(Aws(settings.region)) if one.name == LOGS], show)
    show("\n== What is left")
    if left := aws.counts():
        raise StepFailed(f"left behind: {', '.join(f'{n} {kind}' for kind, n in left.items())}")
    show("  nothing")


def _connect(
    settings: Settings,
    deployment: Deployment,
    aws: emulated.EmulatedAws,
    *,
    what: str,
    keep: bool,
    show: Report,
) -> None:
    """The first user works in an app; the second one is refused access to it."""
    users = list(settings.users)[:2]
    if not users or Feature.CONNECT not in settings.features:
        show("\n== No connection: the settings have no user, or no feature connect")
        return
    if shutil.which("ssh") is None:
        show("\n== No connection: ssh is not on PATH")
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
    """Push the images; if they cannot be built and need not be real, push placeholders."""
    try:
        push_images(settings, report=deployment.report)
    except UserError as error:
        if real:
            without = "`studio demo` without --containers needs no image"
            raise StepFailed(f"{error}; {without}") from error
        deployment.report(f"No real image for this demo: {error}")
        push_images(settings, placeholder=True, report=deployment.report)


def main() -> int:
    """The child process; it reports its errors itself."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("config", type=Path)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--containers", action="store_true")
    args = parser.parse_args()
    interrupts.install()
    settings = load(args.config)
    said = output.Output(
        silent=False,
        piped=not terminal.is_terminal(sys.stderr, os.environ),
        doing="working on the emulated AWS",
    )
    try:
        with output.speaking(said):
            deploy_and_destroy(
                settings,
                Deployment(settings=settings, out=args.folder / _OUT),
                emulated.EmulatedAws(url=args.url, environment={}),
                keep=args.keep,
                containers=args.containers,
                show=output.result,
            )
    except UserError as error:
        output.say(f"studio demo: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        # The parent process reports the interrupt.
        return _INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
