"""Checks the caller's policies for a managed node, with the node's tags as condition keys."""

from studio_emulator.call import Call
from studio_emulator.iam import Context, Decision, resource_tags
from studio_emulator.ssm.store import store


def check_node(node_id: str, action: str, call: Call, context: Context | None = None) -> None:
    """AwsError AccessDeniedException if the caller's policies do not allow `action` on the node."""
    call.check(action, _arn(node_id, call), _context(node_id, call, context))


def may_use_node(node_id: str, action: str, call: Call, context: Context) -> bool:
    """Whether the caller's policies allow `action` on the node."""
    arn, full, caller = _arn(node_id, call), _context(node_id, call, context), call.caller
    return caller is None or caller.decide(action, arn, full) is Decision.ALLOWED


def node_resource(node_id: str, call: Call) -> tuple[tuple[str, ...], Context]:
    """The node's ARN, and the condition keys of its tags."""
    return (_arn(node_id, call),), _context(node_id, call, None)


def _arn(node_id: str, call: Call) -> str:
    service, kind = (
        ("ssm", "managed-instance") if node_id.startswith("mi-") else ("ec2", "instance")
    )
    return call.arn(f"{kind}/{node_id}", service)


def _context(node_id: str, call: Call, more: Context | None) -> Context:
    node = store(call).nodes.get(node_id)
    return {**resource_tags(node.tags if node else {}, "ssm:resourceTag"), **(more or {})}
