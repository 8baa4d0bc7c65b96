"""Quotas of Studio apps by app type and instance type, and their use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

from catalog.statuses import APP_ENDED
from studio.aws.client import Aws

RAISE = (
    "aws service-quotas request-service-quota-increase --region {region} --service-code "
    "sagemaker --quota-code {code} --desired-value {count}"
)
"""The command that requests an increase."""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """A quota of Service Quotas. most: how many apps may run."""

    name: str
    code: str
    most: float

    @classmethod
    def of(cls, listed: list[dict[str, Any]], app_type: str, instance: str) -> Self | None:
        """The quota in the items of ListServiceQuotas; None without one."""
        name = app_quota(app_type, instance)
        # Some names lack the last letter.
        named = re.compile(rf"{re.escape(name)}?", re.IGNORECASE)
        found = next((quota for quota in listed if named.fullmatch(quota["QuotaName"])), None)
        if found is None:
            return None
        return cls(name=name, code=found["QuotaCode"], most=found["Value"])


def app_quota(app_type: str, instance: str) -> str:
    """The name of the quota for apps of a type on an instance type."""
    return f"Studio {app_type} Apps running on {instance} instances"


def list_quotas(aws: Aws) -> list[dict[str, Any]]:
    """SageMaker's quotas. Raises AwsError."""
    return aws.all("service-quotas", "list_service_quotas", "Quotas", ServiceCode="sagemaker")


def apps_in_use(aws: Aws, app_type: str, instance: str) -> int:
    """The number of apps that count toward the quota. Raises AwsError."""
    apps = aws.all("sagemaker", "list_apps", "Apps")
    return sum(
        app["AppType"] == app_type
        and app.get("ResourceSpec", {}).get("InstanceType") == instance
        and app["Status"] not in APP_ENDED
        for app in apps
    )
