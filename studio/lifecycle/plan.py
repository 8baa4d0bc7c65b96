"""Plans a deployment for a later ``studio apply``; changes nothing in AWS."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from settings import Settings
from studio.console.reports import Report
from studio.doctor.found_endpoints import record_endpoints
from studio.lifecycle import saved_plans
from studio.lifecycle.fingerprint import Fingerprint
from studio.lifecycle.guard import require_addresses
from studio.lifecycle.review import review_deployment
from studio.lifecycle.saved_plans import SavedPlans
from studio.review.review import Review
from studio.terraform.deployment import Deployment
from studio.terraform.state import stores


def plan_deployment(
    settings: Settings,
    *,
    out: Path,
    folder: Path,
    allow: Collection[str] = (),
    report: Report,
) -> tuple[Review, SavedPlans]:
    """The review of the deployment, and its plans, which are saved in ``folder``.

    ``out``: its cdktf.out. ``allow``: as for ``up``. Raises UserError, StepFailed.
    """
    stores.require_ready(settings, out.resolve().parent)
    settings = record_endpoints(settings, folder=out.resolve().parent)
    found: list[tuple[Fingerprint, frozenset[str]]] = []

    def before_planning(deployment: Deployment) -> None:
        require_addresses(deployment, allow)
        found.append((Fingerprint.of(settings, deployment), deployment.unfinished_stacks()))

    review = review_deployment(settings, out=out, report=report, before_planning=before_planning)
    ((fingerprint, unfinished),) = found
    # What an interrupted run created is imported before the stack is applied.
    plans = tuple(
        replace(one, file=None) if one.stack in unfinished else one for one in review.stack_plans
    )
    review = replace(review, allowed=frozenset(allow))
    saved = saved_plans.save(
        replace(review, stack_plans=plans), planned_from=fingerprint, allow=allow, folder=folder
    )
    return review, saved
