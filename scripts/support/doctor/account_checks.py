"""What the AWS account has to allow."""

from __future__ import annotations

import re
from collections import Counter

from scripts.support.doctor.model import Unmet
from scripts.support.doctor.studio import Studio
from settings import UserError, Way
from settings.endpoint_services import service_name, services

TIER = "/ssm/managed-instance/activation-tier"


def tier(studio: Studio) -> str:
    """Systems Manager's tier, where somebody connects through ssh-helper."""
    settings = studio.settings
    if not any(settings.connect(user) is Way.SSH_HELPER for user in settings.users):
        return "not needed: nobody connects through ssh-helper"
    answer = studio.client("ssm").get_service_setting(SettingId=TIER)
    value: str = answer["ServiceSetting"]["SettingValue"]
    if value != "advanced":
        raise Unmet(f"the tier is {value}")
    return "the tier is advanced"


def quotas(studio: Studio) -> str:
    """Whether all users can run their apps at once."""
    spaces = [studio.settings.space(user) for user in studio.settings.users]
    wanted = Counter((space.app_type, space.instance_type) for space in spaces)
    listed = studio.all("service-quotas", "list_service_quotas", "Quotas", ServiceCode="sagemaker")
    found = []
    for (app_type, instance), count in wanted.items():
        # The last letter is missing in some of the names.
        name = f"Studio {app_type} Apps running on {instance} instances"
        named = re.compile(rf"{re.escape(name)}?", re.IGNORECASE)
        quota = next((quota for quota in listed if named.fullmatch(quota["QuotaName"])), None)
        if quota is None:
            raise UserError(f"Service Quotas does not list {name!r}")
        if quota["Value"] < count:
            raise Unmet(
                f"{name}: {quota['Value']:g} of the {count} that the settings name",
                code=quota["QuotaCode"],
                count=str(count),
            )
        found.append(f"{quota['Value']:g} {app_type} on {instance}")
    return ", ".join(found) or "no users, so no apps"


def endpoint_services(studio: Studio) -> str:
    """Whether the region offers what the features need."""
    region = studio.settings.region
    wanted = [service_name(name, region) for name in services(studio.settings.features)]
    filters = [
        {"Name": "service-name", "Values": wanted},
        {"Name": "service-type", "Values": ["Interface"]},
    ]
    details = studio.all("ec2", "describe_vpc_endpoint_services", "ServiceDetails", Filters=filters)
    offered = {detail["ServiceName"] for detail in details}
    if missing := [name for name in wanted if name not in offered]:
        raise Unmet(f"{region} does not offer {', '.join(missing)}")
    return f"{len(wanted)} services are offered"
