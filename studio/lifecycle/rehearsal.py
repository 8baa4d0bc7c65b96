"""Rehearses a first deployment on an emulated AWS, which shows its plans and that it succeeds."""

import json
import sys
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path

from settings import Settings, UserError, load
from settings.state import StateSettings
from studio.aws.client import Aws
from studio.aws.existing_network import read_network
from studio.console import output
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.images.push import push_images
from studio.lifecycle import emulated, stand_in
from studio.lifecycle.up import IMAGE
from studio.processes import children
from studio.processes.parallel import run_graph
from studio.terraform.deployment import Deployment
from studio.terraform.plan import Plan, read_plan
from studio.terraform.stacks import Stack, read_configuration, write_configuration
from studio.terraform.synthesis import synthesize

_SPEED = 1000.0
_OUT, _EXISTING = "cdktf.out", "existing-network"


def rehearse(
    settings: Settings,
    inputs: Mapping[str, str],
    *,
    scratch: Path,
    planned: Collection[str] = (),
    report: Report,
) -> list[Plan]:
    """Deploy all stacks to an empty emulated AWS; the plan of each.

    A child process does it, with the environment that leads AWS's clients to the emulator.
    inputs: as for ``synthesize``. planned: stacks with a known plan; they are only applied.
    scratch: an empty folder for stacks, state and plans. ``report`` gets a line for each stack, and
    the details if one fails. Raises UserError; StepFailed if the deployment fails.
    """
    lines: list[str] = []

    def take(line: str) -> None:
        lines.append(line)
        report(f"rehearsal: {line}")

    if settings.network.exists:
        network = read_network(Aws(settings.region), settings)
        (scratch / _EXISTING).write_text(stand_in.describe(settings, network))
    with emulated.starting(
        log=scratch / "emulator.log", speed=_SPEED, region=settings.region
    ) as ready:
        # The emulator numbers image versions from 1, so the record of AWS's is not valid.
        record = {"STUDIO_VERSIONS": str(scratch / "versions.toml")}
        synthesize(scratch / _OUT, config=settings.file, inputs={**inputs, **record})
        command = [sys.executable, "-P", "-m", "studio.lifecycle.rehearsal"]
        command += ["--verbose"] * output.current().verbose
        code = children.stream(
            [*command, settings.file, scratch, *planned],
            env=ready().child_environment(),
            each_line=take,
            grace=children.GRACE,
        )
    if code:
        why = lines[-1] if lines else "it printed nothing"
        raise StepFailed(f"the rehearsal on an emulated AWS: {why}")
    return [
        read_plan(file.read_bytes(), stack=file.stem) for file in sorted(scratch.glob("*.json"))
    ]


def deploy_stacks(
    settings: Settings, *, scratch: Path, planned: Collection[str] = (), report: Report
) -> None:
    """Deploy the stacks that are synthesized in ``scratch``, and write their plans to it.

    planned: as for ``rehearse``. Raises UserError, after it reports the details.
    """
    details: list[str] = []
    # The emulated AWS does not have the bucket of the state.
    local = settings.model_copy(update={"state": StateSettings()})
    deployment = Deployment(settings=local, out=scratch / _OUT, report=details.append)
    deployment.log = None
    existing, ids = scratch / _EXISTING, stand_in.create_named(Aws(settings.region), settings)
    if existing.is_file():
        ids |= stand_in.create(Aws(settings.region), existing.read_text())
    for stack in deployment.stacks:
        document = json.loads(stand_in.replace(json.dumps(read_configuration(stack.folder)), ids))
        write_configuration(stack.folder, document)
        stack.use_local_state()

    def deploy(stack: Stack) -> None:
        report(stack.name)
        plan = deployment.plan(stack)
        if plan is not None:
            shown = stand_in.replace(plan, {new: old for old, new in ids.items()})
            (scratch / f"{stack.name}.json").write_text(shown)
            deployment.apply(stack)

    first, *_ = deployment.stacks
    try:
        with deployment.sharing_provider(first):
            for level in deployment.levels:
                known = [stack for stack in level if stack.name in planned]
                for stack in known:
                    report(stack.name)
                deployment.create(known)
                if any(stack.name == IMAGE for stack in level):
                    push_images(settings, placeholder=True, report=details.append)
                run_graph({one.name: partial(deploy, one) for one in level if one not in known})
    except UserError:
        for line in details:
            report(line)
        raise


def main() -> int:
    """The child process; its last line says why it fails."""
    config, scratch, *planned = (word for word in sys.argv[1:] if word != "--verbose")
    try:
        with output.speaking(output.Output(verbose="--verbose" in sys.argv)):
            deploy_stacks(
                load(Path(config)),
                scratch=Path(scratch),
                planned=planned,
                report=lambda line: print(line, flush=True),
            )
    except UserError as error:
        print(error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
