"""A deployment's end: what goes, what stays, and the steps in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from catalog.prices import HOURS_A_MONTH
from settings import Settings
from studio.aws import endpoints, keys, networks
from studio.aws.client import Aws
from studio.aws.session import one_line
from studio.images.versions import prune, record
from studio.lifecycle import down_steps
from studio.lifecycle.down_preview import outlook
from studio.lifecycle.inventory import Estate, Holdings, estate, holdings
from studio.lifecycle.recovery.unfinished import recover_unfinished
from studio.terraform.deployment import Deployment

USERS = "users"
ECR = "ecr"
NETWORK = "network"
HOMES = (NETWORK, "role")
"""What kept home directories go on needing: their subnets, and the key of their disks."""


@dataclass(frozen=True, kw_only=True)
class Teardown:
    """Everything that is known before the first thing is deleted.

    keep_homes: the home file system stays, and with it the stacks of ``HOMES``.
    only_users: people's apps, spaces, profiles and nodes go, and nothing else.
    """

    settings: Settings
    deployment: Deployment
    aws: Aws
    found: Estate
    there: Holdings
    keep_homes: bool
    only_users: bool

    @classmethod
    def of(
        cls,
        settings: Settings,
        deployment: Deployment,
        *,
        keep_homes: bool = False,
        only_users: bool = False,
    ) -> Self:
        """Look at state and AWS; ``domain.retention = "Retain"`` keeps homes too.

        Raises UserError.
        """
        aws = Aws(settings.region)
        with one_line("AWS"):
            found = estate(settings, deployment, aws)
            there = holdings(aws, found)
        return cls(
            settings=settings,
            deployment=deployment,
            aws=aws,
            found=found,
            there=there,
            keep_homes=keep_homes or settings.domain.retention == "Retain",
            only_users=only_users,
        )

    @property
    def stacks(self) -> list[str]:
        """The stacks that Terraform destroys."""
        if self.only_users:
            return [USERS]
        kept = set(HOMES) if self.keep_homes else set()
        if self.there.ecr_bytes and not self.settings.ecr.force_delete:
            kept.add(ECR)
        return [stack.name for stack in self.deployment.stacks if stack.name not in kept]

    def outlook(self) -> Iterator[str]:
        """What goes, what stays and what that costs, in lines. Raises UserError."""
        with one_line("AWS"):
            hourly = endpoints.usd_per_hour(self.aws, self.found.endpoints)
        return outlook(
            self.found,
            self.there,
            stacks=self.stacks,
            keep_homes=self.keep_homes,
            only_users=self.only_users,
            endpoints_month=hourly * HOURS_A_MONTH,
        )

    def carry_out(self) -> None:
        """Delete it; safe to run again after an interruption.

        Raises UserError (StepFailed where AWS or cdktf failed).
        """
        report = self.deployment.report
        with one_line("AWS"):
            down_steps.remove_people(self.aws, self.found, report)
            if not self.only_users:
                self._remove_rest()
        guarded = self.settings.ecr.force_delete and self.found.guarded and ECR in self.stacks
        # The image stack reads its repository while it is destroyed.
        self._destroy([stack for stack in self.stacks if not guarded or stack != ECR])
        if not self.only_users and NETWORK in self.stacks:
            with one_line("AWS"):
                for network in self.found.doubles:
                    networks.delete(self.aws, network, report)
                for key in self.found.double_keys:
                    keys.delete(self.aws, key, report)
        if guarded:
            with one_line("AWS"):
                down_steps.remove_repositories(self.aws, self.found.guarded, report)
            self._destroy([ECR])
        record.refresh(self.settings)

    def _destroy(self, stacks: list[str]) -> None:
        if not self.found.resources.keys().isdisjoint(stacks):
            recover_unfinished(self.deployment, stacks)
            self.deployment.destroy(stacks)

    def _remove_rest(self) -> None:
        """All that Terraform would stumble over, or decide by an earlier settings file."""
        report = self.deployment.report
        down_steps.remove_domain(self.aws, self.found, report, keep_homes=self.keep_homes)
        prune.drop_older(self.settings.region, self.found.images, report=report)
        if self.keep_homes and self.found.endpoints:
            endpoints.delete(self.aws, self.found.endpoints, report)
