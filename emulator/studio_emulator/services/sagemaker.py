"""SageMaker's tags outside Studio, and Search, which is refused."""

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.resources import sagemaker_resource
from studio_emulator.studio import tags


def check_tagged(params: Params, call: Call) -> None:
    """The resource must exist in Studio or in moto."""
    arn = params["ResourceArn"]
    if tags.owns(arn):
        return
    if sagemaker_resource(call.backend("sagemaker"), arn) is None:
        raise AwsError("ValidationException", f"Resource {arn} does not exist.")


def check_search(_params: Params, _call: Call) -> None:
    """Moto's Search ignores conditions and does not have Studio's resources."""
    raise AwsError("UnknownOperationException", "Search is not emulated.")


check_add_tags = check_delete_tags = check_list_tags = check_tagged
