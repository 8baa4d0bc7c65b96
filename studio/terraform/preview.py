"""Configurations for planning a stack as if its dependencies were applied.

A stack reads the outputs of others from their state, so its plan does not show the effect of their
pending changes: a third subnet replaces the domain. A preview contains the planned outputs instead;
outputs that AWS decides are unknown to Terraform, as within one stack.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from studio.terraform.plan import PREVIEW
from studio.terraform.stacks import REFERENCE

_UNKNOWN = f"terraform_data.{PREVIEW}.output"
_ECR = re.compile(r"data\.aws_ecr_(?:image|repository)\.[\w-]+(?:\[0\])?\.\w+")


def preview(
    configuration: Mapping[str, Any],
    planned: Mapping[str, Mapping[str, Any]],
    *,
    pushed: bool = True,
) -> dict[str, Any]:
    """The configuration (cdk.tf.json) with the planned outputs of other stacks.

    planned: outputs by stack, None for unknown values; it reads other stacks from their state.
    pushed: whether the images are in ECR; else it does not read ECR.
    """
    document: dict[str, Any] = json.loads(json.dumps(configuration))
    data = document.get("data", {})
    references = data.get("terraform_remote_state", {})
    values: dict[str, dict[str, Any]] = {}
    for reference in list(references):
        stack = reference.removeprefix(REFERENCE)
        if stack in planned:
            del references[reference]
            values[_local(stack)] = {
                name: f"${{{_UNKNOWN}}}" if value is None else _literal(value)
                for name, value in planned[stack].items()
            }
    if not pushed:
        for kind in ("aws_ecr_image", "aws_ecr_repository"):
            data.pop(kind, None)
        document.pop("check", None)
    # Terraform accepts no empty blocks.
    document["data"] = {kind: blocks for kind, blocks in data.items() if blocks}
    if not document["data"]:
        del document["data"]
    text = json.dumps(document)
    for stack in planned:
        text = text.replace(
            f"data.terraform_remote_state.{REFERENCE}{stack}.outputs.", f"local.{_local(stack)}."
        )
    if not pushed:
        text = _ECR.sub(_UNKNOWN, text)
    answer: dict[str, Any] = json.loads(text)
    answer.setdefault("locals", {}).update(values)
    # The output of a resource is unknown until the resource is created.
    answer.setdefault("resource", {})["terraform_data"] = {PREVIEW: {"input": "unknown"}}
    return answer


def asks_ecr(configuration: Mapping[str, Any]) -> bool:
    """Whether it reads images from ECR, so that its plan fails before they are pushed."""
    return "aws_ecr_image" in configuration.get("data", {})


def _local(stack: str) -> str:
    return f"{PREVIEW}_{stack}"


def _literal(value: Any) -> Any:
    """The value with escaped template sequences."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, list):
        return [_literal(item) for item in value]
    if isinstance(value, dict):
        return {_literal(key): _literal(item) for key, item in value.items()}
    return value
