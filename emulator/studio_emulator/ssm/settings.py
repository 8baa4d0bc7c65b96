"""Service settings of an account in a region, among them the activation tier; their defaults."""

from collections.abc import Mapping
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.ssm.store import store

TIER = "/ssm/managed-instance/activation-tier"

# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetServiceSetting.html
_DEFAULTS = {
    TIER: "standard",
    "/ssm/managed-instance/default-ec2-instance-management-role": "$None",
    "/ssm/parameter-store/default-parameter-tier": "Standard",
    "/ssm/parameter-store/high-throughput-enabled": "false",
    "/ssm/automation/customer-script-log-destination": "CloudWatch",
    "/ssm/automation/enable-adaptive-concurrency": "False",
    "/ssm/documents/console/public-sharing-permission": "Enable",
    "/ssm/opsinsights/opscenter": "Disabled",
}
_TIERS = ("standard", "advanced")


def get_service_setting(params: Params, call: Call) -> Answer:
    """GetServiceSetting, by path or ARN."""
    return {"ServiceSetting": dict(_current(_path(params, call), call))}


def update_service_setting(params: Params, call: Call) -> Answer:
    path, value = _path(params, call), params["SettingValue"]
    if path == TIER and value not in _TIERS:
        raise AwsError("ValidationException", f"SettingValue of {TIER}: {' or '.join(_TIERS)}.")
    store(call).settings[path] = {
        **_current(path, call),
        "SettingValue": value,
        "Status": "Customized",
        "LastModifiedDate": call.clock.now(),
        "LastModifiedUser": call.arn("root", "iam"),
    }
    return {}


def reset_service_setting(params: Params, call: Call) -> Answer:
    """ResetServiceSetting to AWS's default, for the whole account."""
    path = _path(params, call)
    store(call).settings.pop(path, None)
    return {"ServiceSetting": dict(_current(path, call))}


def value_of(path: str, call: Call) -> str:
    """The setting's value now."""
    return str(_current(path, call)["SettingValue"])


def _path(params: Params, call: Call) -> str:
    path = str(params["SettingId"]).removeprefix(call.arn("servicesetting", "ssm"))
    if path not in _DEFAULTS:
        raise AwsError("ServiceSettingNotFound", f"Setting {params['SettingId']} does not exist.")
    return path


def _current(path: str, call: Call) -> Mapping[str, Any]:
    return store(call).settings.get(path) or {
        "SettingId": path,
        "SettingValue": _DEFAULTS[path],
        "Status": "Default",
        "LastModifiedDate": 0.0,
        "LastModifiedUser": "System",
        "ARN": call.arn(f"servicesetting{path}", "ssm"),
    }
