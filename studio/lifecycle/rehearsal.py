"""A first deployment, rehearsed on an emulated AWS: what it changes, and that it succeeds."""

import json
import sys
from pathlib import Path

from settings import Settings, StateSettings, UserError, load
from studio.aws.client import Aws
from studio.aws.existing_network import read_network
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.images.push import push_images
from studio.lifecycle import emulated, stand_in
from studio.lifecycle.up import IMAGE
from studio.processes import children
from studio.terraform.deployment import Deployment
from studio.terraform.plan import Plan, read_plan
from studio.terraform.preview import with_local_state
from studio.terraform.synthesis import app_inputs
from studio.toolchain import toolbox

_SPEED = 1000.0
_EXISTING = "existing-network"


def rehearse(settings: Settings, *, scratch: Path, report: Report) -> list[Plan]:
    """The plan of each stack, which is then applied to an emulated AWS that is empty at first.

    That is done by a child process, since the environment says which AWS a process talks to.
    ``report`` gets a line a stack, and the details if one fails; ``scratch`` is an empty folder for
    the synthesized stacks, their state, plans and record of image versions.
    Raises StepFailed if the deployment fails.
    """
    lines: list[str] = []

    def take(line: str) -> None:
        lines.append(line)
        report(f"rehearsal: {line}")

    if settings.network.exists:
        network = read_network(Aws(settings.region), settings)
        (scratch / _EXISTING).write_text(stand_in.describe(settings, network))
    with emulated.aws(log=scratch / "emulator.log", speed=_SPEED, region=settings.region) as aws:
        # SageMaker there numbers the versions anew.
        inputs = app_inputs() | {"STUDIO_VERSIONS": str(scratch / "versions.toml")}
        code = children.stream(
            [sys.executable, "-m", "studio.lifecycle.rehearsal", scratch],
            cwd=toolbox.PROJECT,
            env=aws.child_environment() | inputs,
            each_line=take,
            grace=children.GRACE,
        )
    if code:
        why = lines[-1] if lines else "it printed nothing"
        raise StepFailed(f"the rehearsal on an emulated AWS: {why}")
    return [
        read_plan(file.read_bytes(), stack=file.stem.partition(".")[2])
        for file in sorted(scratch.glob("*.json"))
    ]


def deploy_stacks(settings: Settings, *, scratch: Path, report: Report) -> None:
    """Deploy each stack to the AWS of the environment, and keep its plan in ``scratch``.

    Raises UserError, after reporting the details.
    """
    details: list[str] = []
    # An emulated AWS does not have the bucket that the state may be in.
    local = settings.model_copy(update={"state": StateSettings()})
    deployment = Deployment(settings=local, out=scratch / "cdktf.out", report=details.append)
    deployment.synthesize()
    existing, ids = scratch / _EXISTING, stand_in.create_named(Aws(settings.region), settings)
    if existing.is_file():
        ids |= stand_in.create(Aws(settings.region), existing.read_text())
    for number, stack in enumerate(deployment.stacks):
        report(stack.name)
        file = stack.folder / "cdk.tf.json"
        document = json.loads(stand_in.replace(file.read_text(), ids))
        file.write_text(json.dumps(with_local_state(document, stack.name)))
        try:
            if stack.name == IMAGE:
                push_images(settings, placeholder=True, report=details.append)
            plan = deployment.plan(stack)
            if plan is not None:
                shown = stand_in.replace(plan, {new: old for old, new in ids.items()})
                (scratch / f"{number:02}.{stack.name}.json").write_text(shown)
                deployment.apply(stack)
        except UserError:
            for line in details:
                report(line)
            raise


def main() -> int:
    """The child process: its last line says why it failed."""
    try:
        deploy_stacks(
            load(), scratch=Path(sys.argv[1]), report=lambda line: print(line, flush=True)
        )
    except UserError as error:
        print(error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
