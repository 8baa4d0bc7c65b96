"""Plans all stacks for a review; rehearses those that Terraform cannot plan yet."""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from settings import Settings, UserError
from settings.errors import os_errors
from studio.aws.client import Aws
from studio.console import output
from studio.console.reports import Report
from studio.doctor.found_endpoints import unrecorded_endpoints
from studio.errors import StepFailed
from studio.images.versions import disabled
from studio.lifecycle.identity import require_same_case
from studio.lifecycle.preflight import require_existing
from studio.lifecycle.recovery import missing_state
from studio.lifecycle.rehearsal import rehearse
from studio.lifecycle.removed_settings import find_removed_settings
from studio.lifecycle.removed_users import require_deletable
from studio.review.labels import clean
from studio.review.review import Review, review_plans
from studio.terraform.deployment import Deployment
from studio.terraform.plan import LARGEST, read_plan
from studio.terraform.planning import Planner, StackPlan


def review_deployment(
    settings: Settings,
    *,
    out: Path,
    report: Report,
    before_planning: Callable[[Deployment], object] = lambda _: None,
) -> Review:
    """The review of what `studio up` would change. Raises UserError, StepFailed."""
    out = out.resolve()
    with unrecorded_endpoints(settings, folder=out.parent) as (settings, inputs):
        aws = Aws(settings.region)
        internet_routes = require_existing(settings, aws, report)
        disabled.repositories_to_delete(settings, aws)  # refuses what `studio up` refuses
        report(f"Planning {settings.name!r} in {aws.describe()}")
        with Deployment.read_only(
            settings=settings, out=out, inputs=inputs, report=report
        ) as deployment:
            missing_state.refuse_second_deployment(settings, deployment, aws)
            require_same_case(settings, deployment.resources(["role", "users"]))
            before_planning(deployment)
            planned = Planner(deployment).plan_stacks(deployment.deployed_stacks())
            removed = find_removed_settings(settings, deployment, aws)
            try:
                plans = [one.plan for one in planned if one.plan is not None]
                require_deletable(aws, deployment, plans)
            except StepFailed as error:
                report(f"`studio up` will refuse these plans: {error}")
        waiting = [one.stack for one in planned if one.plan is None]
        if waiting:
            report(f"Rehearsing {', '.join(waiting)} on an emulated AWS: a first deployment")
            planned = _rehearse(settings, inputs, planned, report)
    return review_plans(
        planned,
        settings,
        internet_routes=internet_routes,
        cleared=[str(update) for update in removed.updates],
        account=aws.account(),
    )


def _rehearse(
    settings: Settings, inputs: Mapping[str, str], planned: Iterable[StackPlan], report: Report
) -> list[StackPlan]:
    """These plans, and those of the rehearsal for the stacks without one."""
    known = [one.stack for one in planned if one.plan is not None]
    with (
        output.current().work("rehearsing the deployment"),
        tempfile.TemporaryDirectory(prefix="studio-review-") as scratch,
    ):
        plans = rehearse(settings, inputs, scratch=Path(scratch), planned=known, report=report)
    rehearsed = {plan.stack: plan for plan in plans}
    return [
        one if one.plan else replace(one, plan=rehearsed.get(one.stack), rehearsed=True)
        for one in planned
    ]


def review_files(files: Iterable[Path], settings: Settings) -> Review:
    """The review of plans that `terraform show -json` printed. Raises UserError."""
    found: dict[str, StackPlan] = {}
    for file in files:
        one = _read(file)
        if one.stack in found:
            raise UserError(f"--plan {file}: two files have a plan of {one.stack}")
        found[one.stack] = one
    return review_plans(found.values(), settings)


def _read(file: Path) -> StackPlan:
    with os_errors(f"--plan {file}"), file.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    plan = read_plan(content, stack=clean(file.stem))
    return StackPlan(stack=plan.stack, deployed=any(c.before for c in plan.changes), plan=plan)
