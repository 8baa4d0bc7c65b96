"""AWS's behavior that moto does not have: functions with the names of operations.

For CreateSubnet: `check_create_subnet` runs first. `create_subnet` replaces moto's operation,
unless it returns None. `defaults_of_create_subnet` returns query parameters that the client
omitted. `amend_create_subnet` changes moto's response.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from botocore import xform_name

from studio_emulator import ssm, studio
from studio_emulator.call import Answer, Call, Params
from studio_emulator.moto_internals import s3 as moto_s3
from studio_emulator.services import (
    dependencies,
    ec2,
    ecr,
    efs,
    endpoint_services,
    endpoints,
    gateways,
    group_rules,
    iam,
    interfaces,
    key_states,
    kms,
    kms_grants,
    logs,
    s3,
    s3_keys,
    s3_objects,
    s3_pages,
    service_quotas,
    sts,
    tagging,
)

_EC2 = (dependencies, ec2, endpoint_services, endpoints, gateways, group_rules, interfaces)
MODULES: Mapping[str, tuple[ModuleType, ...]] = {
    "ec2": _EC2,
    "ecr": (ecr,),
    "efs": (efs,),
    "iam": (iam,),
    "kms": (kms, kms_grants),
    "logs": (logs,),
    "resourcegroupstaggingapi": (tagging,),
    "s3": (s3, s3_objects, s3_pages),
    "sagemaker": studio.MODULES,
    "service-quotas": (service_quotas,),
    "ssm": ssm.MODULES,
    "sts": (sts,),
}
COMMON_CHECKS = {
    "ec2": (ec2.check_specified_tags,),
    "iam": (iam.check_tags,),
    "kms": (key_states.check,),
    "s3": (s3.check_owner, s3.check_region, s3_keys.check),
}
"""The checks of all operations of a service, which take the operation's name."""


def function_of(service: str, operation: str, prefix: str = "") -> Any:
    """The function for an operation, by botocore's names of service and operation; or None."""
    name = f"{prefix}{xform_name(operation)}"
    modules = MODULES.get(service, ())
    return next((getattr(module, name) for module in modules if hasattr(module, name)), None)


def implements(service: str, operation: str) -> bool:
    """Whether the emulator or moto has the operation. Moto itself says so, except for S3."""
    return (
        service != "s3"
        or function_of(service, operation) is not None
        or moto_s3.implements(operation)
    )


def check(service: str, operation: str, params: Params, call: Call) -> None:
    for common in COMMON_CHECKS.get(service, ()):
        common(operation, params, call)
    if own := function_of(service, operation, "check_"):
        own(params, call)


def run(service: str, operation: str, params: Params, call: Call) -> Answer | None:
    """The response of the emulator's own operation; None if moto runs the operation."""
    own = function_of(service, operation)
    return own(params, call) if own else None
