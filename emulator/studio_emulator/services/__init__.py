"""AWS's behavior that moto does not have: tables of operations, one module per service."""

from collections.abc import Callable, Mapping

from studio_emulator import ssm, studio
from studio_emulator.call import Answer, Call, Params
from studio_emulator.moto_internals import s3 as moto_s3
from studio_emulator.operations import Handler
from studio_emulator.services import (
    ec2,
    ecr,
    efs,
    iam,
    key_states,
    kms,
    logs,
    s3,
    s3_keys,
    sagemaker,
    service_quotas,
    sts,
    tagging,
)

Check = Callable[[Params, Call], None]
Defaults = Callable[[Params, Call], Mapping[str, str]]
Amendment = Callable[[Params, Call, Answer], Answer]

# By botocore's names of service and operation. Checks run first. A handler replaces moto's
# operation, unless it returns None. Defaults are query parameters that the client omitted. An
# amendment changes moto's response.
HANDLERS: Mapping[str, Mapping[str, Handler]] = {
    "ec2": ec2.HANDLERS,
    "ecr": ecr.HANDLERS,
    "efs": efs.HANDLERS,
    "iam": iam.HANDLERS,
    "kms": kms.HANDLERS,
    "logs": logs.HANDLERS,
    "resourcegroupstaggingapi": tagging.HANDLERS,
    "s3": s3.HANDLERS,
    "sagemaker": studio.OPERATIONS,
    "service-quotas": service_quotas.HANDLERS,
    "ssm": ssm.HANDLERS,
    "sts": sts.HANDLERS,
}
CHECKS: Mapping[str, Mapping[str, Check]] = {
    "ec2": ec2.CHECKS,
    "ecr": ecr.CHECKS,
    "efs": efs.CHECKS,
    "iam": iam.CHECKS,
    "kms": kms.CHECKS,
    "logs": logs.CHECKS,
    "s3": s3.CHECKS,
    "sagemaker": sagemaker.CHECKS,
    "ssm": ssm.CHECKS,
    "sts": sts.CHECKS,
}
COMMON_CHECKS = {
    "ec2": (ec2.check_specified_tags,),
    "iam": (iam.check_tags,),
    "kms": (key_states.check,),
    "s3": (s3.check_owner, s3.check_region, s3_keys.check),
}
"""The checks of all operations of a service, which take the operation's name."""
DEFAULTS: Mapping[str, Mapping[str, Defaults]] = {"ec2": ec2.DEFAULTS}
AMENDMENTS: Mapping[str, Mapping[str, Amendment]] = {
    "ecr": ecr.AMENDMENTS,
    "ec2": ec2.AMENDMENTS,
    "efs": efs.AMENDMENTS,
    "iam": iam.AMENDMENTS,
    "kms": kms.AMENDMENTS,
    "logs": logs.AMENDMENTS,
    "sts": sts.AMENDMENTS,
}


def implements(service: str, operation: str) -> bool:
    """Whether the emulator or moto has the operation. Moto itself says so, except for S3."""
    return service != "s3" or operation in s3.HANDLERS or moto_s3.implements(operation)


def handler(service: str, operation: str) -> Handler:
    return HANDLERS.get(service, {}).get(operation, _none)


def check(service: str, operation: str, params: Params, call: Call) -> None:
    for common in COMMON_CHECKS.get(service, ()):
        common(operation, params, call)
    CHECKS.get(service, {}).get(operation, _none)(params, call)


def _none(_params: Params, _call: Call) -> None:
    """The handler and the check of an operation that moto implements as AWS does."""
