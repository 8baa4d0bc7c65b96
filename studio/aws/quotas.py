"""Quotas of Studio apps by app type and instance type, and their use."""

import re
from collections.abc import Collection
from dataclasses import dataclass

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


def app_quota(app_type: str, instance: str) -> str:
    """The name of the quota for apps of a type on an instance type."""
    return f"Studio {app_type} Apps running on {instance} instances"


def find_quotas(aws: Aws, apps: Collection[tuple[str, str]]) -> dict[tuple[str, str], Quota]:
    """The quotas by app type and instance type, without those that AWS does not list.

    SageMaker has thousands of quotas: stops at the page with the last of them. Raises AwsError.
    """
    names = {key: app_quota(*key) for key in apps}
    # Some names lack the last letter.
    wanted = {key: re.compile(rf"{re.escape(name)}?", re.IGNORECASE) for key, name in names.items()}
    found: dict[tuple[str, str], Quota] = {}
    if not wanted:
        return found
    for listed in aws.each(
        "service-quotas", "list_service_quotas", "Quotas", ServiceCode="sagemaker"
    ):
        key = next((key for key in wanted if wanted[key].fullmatch(listed["QuotaName"])), None)
        if key is not None:
            found[key] = Quota(name=names[key], code=listed["QuotaCode"], most=listed["Value"])
            del wanted[key]
            if not wanted:
                break
    return found


def apps_in_use(aws: Aws, app_type: str, instance: str) -> int:
    """The number of apps that count toward the quota. Raises AwsError."""
    apps = aws.all("sagemaker", "list_apps", "Apps")
    return sum(
        app["AppType"] == app_type
        and app.get("ResourceSpec", {}).get("InstanceType") == instance
        and app["Status"] not in APP_ENDED
        for app in apps
    )
