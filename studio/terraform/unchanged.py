"""The plan of a stack, as the events of `terraform plan` and its state say.

`terraform show -json` takes as much processor time as the plan itself, most of it for the
provider's schema, and then only repeats the state.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from settings import UserError
from studio.terraform.plan import PREVIEW, Plan, read_plan
from studio.terraform.state.files import StateFile

_HARMLESS = frozenset(
    {
        "version",
        "log",
        "diagnostic",
        "refresh_start",
        "refresh_complete",
        # Of a data source.
        "apply_start",
        "apply_progress",
        "apply_complete",
    }
)


def changes_nothing(printed: str) -> bool:
    """Whether `terraform plan -json` printed that nothing changes, and that nothing is gone.

    Attributes that AWS has set otherwise since the last apply, which no plan changes back, are no
    change. An event of a type that is not known is one.
    """
    ended = False
    for line in printed.splitlines():
        try:
            event = json.loads(line)
            match event["type"]:
                case "planned_change":
                    if event["change"]["resource"]["addr"] != f"terraform_data.{PREVIEW}":
                        return False
                case "resource_drift":
                    if event["change"]["action"] != "update":
                        return False
                case "outputs":
                    if any(one.get("action") != "noop" for one in event["outputs"].values()):
                        return False
                case "change_summary":
                    ended = event["changes"]["operation"] == "plan"
                case other if other not in _HARMLESS:
                    return False
        except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
            return False
    return ended


def planned_actions(printed: str) -> dict[str, str]:
    """What `terraform plan -json` printed that it does, by address: "create", "import", "replace".

    What stays as it is need not be among them. Raises UserError where it does not say.
    """
    actions, ended = dict[str, str](), False
    for line in printed.splitlines():
        try:
            match json.loads(line):
                case {
                    "type": "planned_change",
                    "change": {"action": str(action), "resource": {"addr": str(address)}},
                }:
                    actions[address] = action
                case {"type": "planned_change"}:
                    raise UserError("`terraform plan` printed a change without its action")
                case {"type": "change_summary", "changes": {"operation": "plan"}}:
                    ended = True
        except (ValueError, RecursionError):
            continue
    if not ended:
        raise UserError("`terraform plan` did not print what it would do")
    return actions


def unchanged_plan(state: StateFile, *, stack: str) -> Plan:
    """The plan that leaves everything as ``state`` says. Raises UserError as ``read_plan`` does."""
    resources = [
        {
            "address": resource.address + resource.index,
            "mode": "managed",
            "type": resource.kind,
            "change": _unchanged(resource.attributes),
        }
        for resource in state.resources
    ]
    document = {
        "format_version": "1.2",
        "resource_changes": resources,
        "output_changes": {name: _unchanged(value) for name, value in state.outputs.items()},
    }
    return read_plan(json.dumps(document), stack=stack)


def _unchanged(value: object) -> Mapping[str, object]:
    return {"actions": ["no-op"], "before": value, "after": value, "after_unknown": False}
