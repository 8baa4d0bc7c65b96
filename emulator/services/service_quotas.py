"""Service Quotas: those of SageMaker that apps are counted against."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto.core.utils import get_service_model

from emulator.errors import AwsError
from emulator.studio.app_launch import IN_SPACES, app_quota
from emulator.studio.call import Call

Params = dict[str, Any]
_SERVICE = "sagemaker"
_ON_A_PAGE = 100


def list_service_quotas(params: Params, call: Call) -> Params:
    """ListServiceQuotas of SageMaker: how many apps of a type may run on each instance type."""
    if params["ServiceCode"] != _SERVICE:
        raise AwsError(
            "NoSuchResourceException",
            "The request failed because the specified service does not exist.",
        )
    found = list(_quotas(call))
    if code := params.get("QuotaCode"):
        found = [quota for quota in found if quota["QuotaCode"] == code]
    token = params.get("NextToken", "0")
    if not token.isdecimal():
        raise AwsError("InvalidPaginationTokenException", "Invalid token was used.")
    start = int(token)
    stop = start + params.get("MaxResults", _ON_A_PAGE)
    more = {"NextToken": str(stop)} if stop < len(found) else {}
    return {"Quotas": found[start:stop], **more}


def _quotas(call: Call) -> Iterator[Params]:
    model = get_service_model(_SERVICE)
    for instance in model.shape_for("AppInstanceType").enum:
        for app_type in IN_SPACES:
            name = app_quota(app_type, instance)
            code = f"L-{hashlib.sha256(name.encode()).hexdigest()[:8].upper()}"
            yield {
                "ServiceCode": _SERVICE,
                "ServiceName": "Amazon SageMaker",
                "QuotaArn": f"arn:{call.partition}:servicequotas:{call.region}:{call.account}:"
                f"{_SERVICE}/{code}",
                "QuotaCode": code,
                "QuotaName": name,
                "Value": float(call.options.max_apps),
                "Unit": "None",
                "Adjustable": True,
                "GlobalQuota": False,
                "QuotaAppliedAtLevel": "ACCOUNT",
            }


HANDLERS: Mapping[str, Callable[[Params, Call], Params]] = {
    "ListServiceQuotas": list_service_quotas
}
