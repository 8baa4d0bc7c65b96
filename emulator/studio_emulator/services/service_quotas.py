"""Service Quotas: SageMaker's quotas of apps, and moto's quotas of VPC."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache

from studio_emulator import paging
from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import JsonRESTError, get_service_model
from studio_emulator.studio.app_launch import IN_SPACES, app_quota

_SERVICE = "sagemaker"
_ON_A_PAGE = 100


def list_service_quotas(params: Params, call: Call) -> Answer:
    """ListServiceQuotas: the quota of each app type on each instance type, and moto's quotas."""
    wanted = params.get("QuotaCode")
    quotas = _quotas(params["ServiceCode"], call)
    found, token = paging.page(
        (quota for quota in quotas if wanted in (None, quota["QuotaCode"])),
        key=lambda quota: [quota["QuotaName"]],
        size=params.get("MaxResults", _ON_A_PAGE),
        token=params.get("NextToken"),
    )
    return {"Quotas": found, **({"NextToken": token} if token else {})}


def get_service_quota(params: Params, call: Call) -> Answer:
    """GetServiceQuota of a quota of ListServiceQuotas."""
    for quota in _quotas(params["ServiceCode"], call):
        if quota["QuotaCode"] == params["QuotaCode"]:
            return {"Quota": quota}
    raise _absent("quota")


def _quotas(service: str, call: Call) -> Iterable[Params]:
    if service == _SERVICE:
        return _of_apps(call)
    try:
        found: list[Params] = call.backend("service-quotas").list_aws_default_service_quotas(
            service
        )
    except JsonRESTError:
        raise _absent("service") from None
    return found


def _absent(what: str) -> AwsError:
    message = f"The request failed because the specified {what} does not exist."
    return AwsError("NoSuchResourceException", message)


def _of_apps(call: Call) -> Iterator[Params]:
    for code, name in _names_of_apps():
        yield {
            "ServiceCode": _SERVICE,
            "ServiceName": "Amazon SageMaker",
            "QuotaArn": call.arn(f"{_SERVICE}/{code}", "servicequotas"),
            "QuotaCode": code,
            "QuotaName": name,
            "Value": float(call.options.max_apps),
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
            "QuotaAppliedAtLevel": "ACCOUNT",
        }


@cache
def _names_of_apps() -> list[tuple[str, str]]:
    """The code and the name of each quota."""
    instances = get_service_model(_SERVICE).shape_for("AppInstanceType").enum
    names = [app_quota(app_type, instance) for instance in instances for app_type in IN_SPACES]
    return [(f"L-{hashlib.sha256(name.encode()).hexdigest()[:8].upper()}", name) for name in names]
