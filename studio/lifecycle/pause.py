"""`studio pause`: which resources of a deployment it deletes; what it costs before and after.

It deletes what is billed by the hour, and keeps the domain, the users and their data. `studio
resume` shows the costs too; `studio status` has those of each app.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from catalog.instances import USD_PER_HOUR
from catalog.service_prices import HOURS_A_MONTH, KEY_MONTH, NODE_HOUR
from settings import Settings, UserError
from studio.aws import domain_resources, endpoints, nodes
from studio.aws.client import Aws
from studio.console import output
from studio.lifecycle.inventory import DeployedResources, LiveResources, deployed_resources
from studio.terraform.deployment import Deployment

_HOURS_A_DAY = 24


@dataclass(frozen=True, kw_only=True)
class Bill:
    """USD an hour, in us-east-1. unpriced: the instance types of apps without a known price."""

    endpoints: float
    apps: float
    nodes: float
    keys: float
    unpriced: tuple[str, ...]

    @property
    def per_day(self) -> float:
        """The total in USD."""
        return (self.endpoints + self.apps + self.nodes + self.keys) * _HOURS_A_DAY

    @property
    def paused(self) -> Self:
        """The bill after `studio pause`."""
        return replace(self, endpoints=0.0, apps=0.0, nodes=0.0, unpriced=())

    def __str__(self) -> str:
        parts = ", ".join(
            f"{name} {amount * _HOURS_A_DAY:.2f}"
            for name, amount in (
                ("endpoints", self.endpoints),
                ("apps", self.apps),
                ("nodes", self.nodes),
                ("keys", self.keys),
            )
        )
        more = f", and {', '.join(self.unpriced)}" if self.unpriced else ""
        return f"{self.per_day:.2f} USD a day ({parts}{more}; us-east-1)"


def bill(live: LiveResources) -> Bill:
    """The bill for what exists now. Raises AwsError."""
    types = [app.listed.get("ResourceSpec", {}).get("InstanceType") for app in live.apps]
    return Bill(
        endpoints=endpoints.usd_per_hour(live.aws, live.deployed.endpoints),
        apps=sum(USD_PER_HOUR.get(one, 0.0) for one in types),
        nodes=sum(one.is_node for one in live.registrations) * NODE_HOUR,
        keys=sum(live.deployed.keys.values()) * KEY_MONTH / HOURS_A_MONTH,
        unpriced=tuple(sorted(set(filter(None, types)) - USD_PER_HOUR.keys())),
    )


def require_domain(settings: Settings, deployed: DeployedResources) -> None:
    """Raise UserError without a domain: `studio down` keeps the network with the homes."""
    if deployed.domain_id is None:
        what = "there is no domain" if "network" in deployed.resources else "nothing is deployed"
        raise UserError(f"{settings.name}: {what}; run `studio up`")


@dataclass(frozen=True, kw_only=True)
class Pause:
    """What `studio pause` deletes: interface endpoints, running apps, registrations of nodes."""

    deployment: Deployment
    live: LiveResources
    bill: Bill

    @classmethod
    def of(cls, settings: Settings, deployment: Deployment) -> Self:
        """Read state and AWS. Raises UserError, also if nothing is deployed.

        Without a domain, as after a `studio up` that failed, there may be endpoints to delete.
        """
        aws = Aws(settings.region)
        deployed = deployed_resources(settings, deployment, aws)
        live = LiveResources(aws=aws, deployed=deployed)
        pause = cls(deployment=deployment, live=live, bill=bill(live))
        if not pause.needed:
            require_domain(settings, deployed)
        return pause

    @property
    def needed(self) -> bool:
        return bool(self.live.endpoints or self.live.apps or self.live.registrations)

    def preview(self) -> Iterator[str]:
        """What is deleted and what the deployment costs before and after, in lines."""
        if not self.needed and not self.live.deployed.endpoints:
            yield "Nothing to pause: no app or node exists, and no interface endpoint of its own."
            yield f"It costs {self.bill}."
            return
        if not self.needed:
            yield "Already paused: no interface endpoint, app or node exists; nothing is deleted."
            yield f"It costs {self.bill}; `studio resume` creates the endpoints again."
            return
        yield "Deleted:"
        if self.live.endpoints:
            again = "resume" if self.live.deployed.domain_id else "up"
            yield f"  {len(self.live.endpoints)} x interface endpoint, until `studio {again}`"
            if others := self.live.other_domains:
                yield f"! they also serve {', '.join(others)}, in the same VPC"
        if self.live.apps:
            apps = ", ".join(app.name for app in self.live.apps)
            yield f"  {len(self.live.apps)} x app: {apps}; unsaved work is lost"
        if self.live.registrations:
            yield f"  {len(self.live.registrations)} x node or activation in Systems Manager"
        yield f"It costs {self.bill} now, {self.bill.paused.per_day:.2f} USD a day while paused."

    def run(self) -> None:
        """Delete it; safe to run again. Raises UserError (StepFailed if AWS fails)."""
        report, aws, deployed = self.deployment.report, self.live.aws, self.live.deployed
        if deployed.domain_id is not None:
            domain_resources.delete_resources(
                aws, domain_resources.APPS, deployed.domain_id, report
            )
            nodes.delete_domain_registrations(aws, deployed.domain_id, report)
        if self.live.endpoints:
            endpoints.delete_endpoints(aws, self.live.endpoints, report)
        output.result(f"It costs {bill(LiveResources(aws=aws, deployed=deployed))}.")
        if deployed.domain_id is not None:
            report("Studio opens again after `studio resume` or `studio up`.")
