"""Checks the account: quotas, endpoint services, and what ssh-helper needs (tier, key bucket)."""

from collections import Counter

from catalog.endpoint_services import service_name, services
from catalog.permissions.iam import sagemaker_bucket
from settings import ConnectMethod, UserError
from studio.aws import quotas as service_quotas
from studio.aws.buckets import bucket_exists
from studio.doctor.context import Context
from studio.doctor.model import Unmet

TIER = "/ssm/managed-instance/activation-tier"
_NO_SSH_HELPER = "not needed: no user connects through ssh-helper"


def tier(context: Context) -> str:
    """Whether Systems Manager has the activation tier that ssh-helper needs."""
    if not context.connects_by(ConnectMethod.SSH_HELPER):
        return _NO_SSH_HELPER
    answer = context.aws.client("ssm").get_service_setting(SettingId=TIER)
    value: str = answer["ServiceSetting"]["SettingValue"]
    if value != "advanced":
        raise Unmet(f"the tier is {value}")
    return "the tier is advanced"


def key_bucket(context: Context) -> str:
    """Whether the bucket exists from which ssh-helper's nodes read public keys."""
    if not context.connects_by(ConnectMethod.SSH_HELPER):
        return _NO_SSH_HELPER
    owner = context.account
    bucket = sagemaker_bucket(context.settings.region, owner)
    if not bucket_exists(context.aws, bucket, owner=owner):
        created = ConnectMethod.SSH_HELPER in context.settings.connect_methods()
        hint = "" if created else '; `studio up` creates it if a user has connect = "ssh-helper"'
        raise Unmet(f"{bucket} does not exist{hint}")
    return f"{bucket} exists"


def quotas(context: Context) -> str:
    """Whether the quotas allow all users to run their apps at the same time."""
    spaces = [context.settings.space(user) for user in context.settings.users]
    wanted = Counter((space.app_type, space.instance_type) for space in spaces)
    existing = service_quotas.find_quotas(context.aws, wanted.keys())
    found = []
    for (app_type, instance), count in wanted.items():
        quota = existing.get((app_type, instance))
        if quota is None:
            name = service_quotas.app_quota(app_type, instance)
            raise UserError(f"Service Quotas does not list {name!r}")
        if quota.most < count:
            raise Unmet(
                f"{quota.name}: the quota is {quota.most:g}, the settings need {count}",
                code=quota.code,
                count=str(count),
            )
        found.append(f"{quota.most:g} {app_type} on {instance}")
    return ", ".join(found) or "not needed: the settings have no users"


def endpoint_services(context: Context) -> str:
    """Whether the region offers an endpoint service for each service of the features."""
    region = context.settings.region
    wanted = [service_name(name, region) for name in services(context.settings.features)]
    filters = {"service-name": wanted, "service-type": ["Interface"]}
    details = context.aws.list_ec2("describe_vpc_endpoint_services", "ServiceDetails", filters)
    offered = {detail["ServiceName"] for detail in details}
    if missing := [name for name in wanted if name not in offered]:
        raise Unmet(f"{region} does not offer {', '.join(missing)}")
    return f"{region} offers {len(wanted)} services"
