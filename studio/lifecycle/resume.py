"""Resumes a paused deployment: deploys all changes of the network stack that `guard` accepts."""

from collections.abc import Collection

from settings import Settings
from studio.aws import endpoints
from studio.aws.client import Aws
from studio.console import output
from studio.doctor.found_endpoints import record_endpoints
from studio.lifecycle.guard import Guard, require_addresses
from studio.lifecycle.inventory import LiveResources, deployed_resources
from studio.lifecycle.pause import bill, require_domain
from studio.lifecycle.preflight import require_and_report_existing
from studio.lifecycle.recovery.unfinished import untaint_unfinished
from studio.terraform.deployment import Deployment
from studio.terraform.state import stores


def resume(settings: Settings, deployment: Deployment, *, allow: Collection[str] = ()) -> None:
    """Deploy the network stack, with all that the settings change in it.

    allow: as for ``up``. Raises UserError (DataAtRisk if other data would be lost).
    """
    stores.require_ready(settings, deployment.out.parent)
    settings = record_endpoints(settings, folder=deployment.out.parent)
    deployment.prepare()
    aws = Aws(settings.region)
    before = deployed_resources(settings, deployment, aws)
    require_domain(settings, before)
    require_and_report_existing(settings, aws, deployment.report)
    existed = set(endpoints.existing(aws, before.endpoints))
    require_addresses(deployment, allow)
    allowed = untaint_unfinished(deployment).union(allow)
    guard = Guard(settings=settings, deployment=deployment, allowed=allowed)
    guard.deploy(deployment.named(["network"]))
    after = deployed_resources(settings, deployment, aws)
    created = set(endpoints.existing(aws, after.endpoints)) - existed
    cost = bill(LiveResources(aws=aws, deployed=after))
    if created:
        output.result(f"Created interface endpoints: {len(created)}. Studio opens again.")
    elif not after.endpoints:
        output.result("Nothing to resume: it has no interface endpoint of its own.")
    else:
        output.result(f"Not paused. Its interface endpoints exist: {len(existed)}.")
    output.result(f"It costs {cost}.")
