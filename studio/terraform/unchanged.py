"""Plans without changes, from the events of `terraform plan` and the state.

`terraform show -json` takes as much processor time as the plan, mostly for the provider's schema,
and only repeats the state.
"""

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
    """Whether `terraform plan -json` printed that nothing changes and no resource is missing.

    Drift of attributes that the plan does not revert is no change. An event of an unknown type is
    a change.
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
    """The actions that `terraform plan -json` printed, by address: "create", "import", "replace".

    Raises UserError for incomplete output.
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
        raise UserError("`terraform plan` printed no summary of its changes")
    return actions


def unchanged_plan(state: StateFile, *, stack: str) -> Plan:
    """The plan that changes nothing of ``state``. Raises UserError as ``read_plan`` does."""
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
