"""What the AWS account has to have, and to allow."""

from __future__ import annotations

from collections import Counter

from catalog.endpoint_services import service_name, services
from settings import ConnectMethod, UserError
from studio.aws import key_bucket as keys
from studio.aws import quotas as service_quotas
from studio.aws.quotas import Quota
from studio.doctor.context import Context
from studio.doctor.model import Unmet

TIER = "/ssm/managed-instance/activation-tier"


def tier(context: Context) -> str:
    """Systems Manager's tier, where somebody connects through ssh-helper."""
    if not context.connects_by(ConnectMethod.SSH_HELPER):
        return "not needed: nobody connects through ssh-helper"
    answer = context.aws.client("ssm").get_service_setting(SettingId=TIER)
    value: str = answer["ServiceSetting"]["SettingValue"]
    if value != "advanced":
        raise Unmet(f"the tier is {value}")
    return "the tier is advanced"


def key_bucket(context: Context) -> str:
    """The bucket from which the nodes of ssh-helper read keys."""
    if not context.connects_by(ConnectMethod.SSH_HELPER):
        return "not needed: nobody connects through ssh-helper"
    owner = context.aws.account()
    bucket = keys.name(region=context.settings.region, account=owner)
    if not keys.bucket_exists(context.aws, bucket, owner=owner):
        raise Unmet(f"{bucket} does not exist")
    return f"{bucket} exists"


def quotas(context: Context) -> str:
    """Whether all users can run their apps at once."""
    spaces = [context.settings.space(user) for user in context.settings.users]
    wanted = Counter((space.app_type, space.instance_type) for space in spaces)
    listed = service_quotas.list_quotas(context.aws)
    found = []
    for (app_type, instance), count in wanted.items():
        quota = Quota.of(listed, app_type, instance)
        if quota is None:
            name = service_quotas.app_quota(app_type, instance)
            raise UserError(f"Service Quotas does not list {name!r}")
        if quota.most < count:
            raise Unmet(
                f"{quota.name}: {quota.most:g} of the {count} apps that the settings ask for",
                code=quota.code,
                count=str(count),
            )
        found.append(f"{quota.most:g} {app_type} on {instance}")
    return ", ".join(found) or "no users, so no apps"


def endpoint_services(context: Context) -> str:
    """Whether the region offers what the features need."""
    region = context.settings.region
    wanted = [service_name(name, region) for name in services(context.settings.features)]
    filters = [
        {"Name": "service-name", "Values": wanted},
        {"Name": "service-type", "Values": ["Interface"]},
    ]
    details = context.aws.all(
        "ec2", "describe_vpc_endpoint_services", "ServiceDetails", Filters=filters
    )
    offered = {detail["ServiceName"] for detail in details}
    if missing := [name for name in wanted if name not in offered]:
        raise Unmet(f"{region} does not offer {', '.join(missing)}")
    return f"{len(wanted)} services are offered"
