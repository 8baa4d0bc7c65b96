"""What the AWS account has to allow."""

from __future__ import annotations

from collections import Counter

from catalog.endpoint_services import service_name, services
from settings import ConnectMethod, UserError
from studio.aws import key_bucket as keys
from studio.aws import quotas as service_quotas
from studio.aws.quotas import Quota
from studio.doctor.context import Studio
from studio.doctor.model import Unmet

TIER = "/ssm/managed-instance/activation-tier"


def tier(studio: Studio) -> str:
    """Systems Manager's tier, where somebody connects through ssh-helper."""
    settings = studio.settings
    if not any(settings.connect(user) is ConnectMethod.SSH_HELPER for user in settings.users):
        return "not needed: nobody connects through ssh-helper"
    answer = studio.aws.client("ssm").get_service_setting(SettingId=TIER)
    value: str = answer["ServiceSetting"]["SettingValue"]
    if value != "advanced":
        raise Unmet(f"the tier is {value}")
    return "the tier is advanced"


def key_bucket(studio: Studio) -> str:
    """Where the nodes of ssh-helper look for keys."""
    if not keys.needed(studio.settings):
        return "not needed: nobody connects through ssh-helper"
    owner = studio.aws.account()
    bucket = keys.name(region=studio.settings.region, account=owner)
    if not keys.bucket_exists(studio.aws, bucket, owner=owner):
        raise Unmet(f"{bucket} does not exist")
    return f"{bucket} exists"


def quotas(studio: Studio) -> str:
    """Whether all users can run their apps at once."""
    spaces = [studio.settings.space(user) for user in studio.settings.users]
    wanted = Counter((space.app_type, space.instance_type) for space in spaces)
    listed = service_quotas.list_quotas(studio.aws)
    found = []
    for (app_type, instance), count in wanted.items():
        quota = Quota.of(listed, app_type, instance)
        if quota is None:
            name = service_quotas.app_quota(app_type, instance)
            raise UserError(f"Service Quotas does not list {name!r}")
        if quota.most < count:
            raise Unmet(
                f"{quota.name}: {quota.most:g} of the {count} that the settings name",
                code=quota.code,
                count=str(count),
            )
        found.append(f"{quota.most:g} {app_type} on {instance}")
    return ", ".join(found) or "no users, so no apps"


def endpoint_services(studio: Studio) -> str:
    """Whether the region offers what the features need."""
    region = studio.settings.region
    wanted = [service_name(name, region) for name in services(studio.settings.features)]
    filters = [
        {"Name": "service-name", "Values": wanted},
        {"Name": "service-type", "Values": ["Interface"]},
    ]
    details = studio.aws.all(
        "ec2", "describe_vpc_endpoint_services", "ServiceDetails", Filters=filters
    )
    offered = {detail["ServiceName"] for detail in details}
    if missing := [name for name in wanted if name not in offered]:
        raise Unmet(f"{region} does not offer {', '.join(missing)}")
    return f"{len(wanted)} services are offered"
