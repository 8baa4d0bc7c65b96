"""SageMaker beside Studio, where moto would break off."""

from __future__ import annotations

from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.studio import tags
from studio_emulator.studio.call import Call


def check_tagged(params: dict[str, Any], call: Call) -> None:
    """ValidationException for tags of what does not exist; Studio's are looked at elsewhere."""
    arn = params["ResourceArn"]
    if tags.owns(arn):
        return
    try:
        found = call.backend("sagemaker")._get_resource_from_arn(arn)
    except (AttributeError, ValueError):
        found = None
    if found is None:
        raise AwsError("ValidationException", f"Resource {arn} does not exist.")


CHECKS = {"AddTags": check_tagged, "DeleteTags": check_tagged, "ListTags": check_tagged}
