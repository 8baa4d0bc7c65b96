"""The functions that run operations: each has the operation's name in snake case."""

from collections.abc import Callable, Mapping
from types import ModuleType

from botocore import xform_name

from studio_emulator.call import Answer, Call, Params
from studio_emulator.moto_internals import get_service_model

Handler = Callable[[Params, Call], Answer | None]


def operations_of(service: str, *modules: ModuleType) -> Mapping[str, Handler]:
    """The function of each operation, for example `describe_app` for DescribeApp."""
    return {
        operation: getattr(module, name)
        for operation in get_service_model(service).operation_names
        for module in modules
        if hasattr(module, name := xform_name(operation))
    }
