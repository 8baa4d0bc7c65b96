"""Session Manager: sessions to managed nodes, which have to be in the advanced tier."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import sessions
from emulator.errors import AwsError
from emulator.ssm.place import Handler, Params, place
from emulator.ssm.settings import TIER, value_of
from emulator.studio.call import Call

_DOCUMENTS = frozenset(
    {
        "SSM-SessionManagerRunShell",
        "AWS-StartSSHSession",
        "AWS-StartPortForwardingSession",
        "AWS-StartPortForwardingSessionToRemoteHost",
        "AWS-StartInteractiveCommand",
        "AWS-StartNonInteractiveCommand",
    }
)


def start_session(params: Params, call: Call) -> Params:
    """StartSession. The refusals, in AWS's words, as users reported them:

    https://github.com/aws-samples/sagemaker-ssh-helper/issues/44 and .../issues/1
    """
    target, document = params["Target"], params.get("DocumentName", "SSM-SessionManagerRunShell")
    node = place(call).nodes.get(target)
    if node is None or not node.online:
        raise AwsError("TargetNotConnected", f"{target} is not connected.")
    if value_of(TIER, call) != "advanced":
        raise AwsError(
            "BadRequest",
            "Enable advanced-instances tier to use Session Manager with your on-premises instances",
        )
    if document not in _DOCUMENTS and document not in call.backend("ssm")._documents:
        raise AwsError("InvalidDocument", f"Document with name {document} does not exist.")
    return sessions.begin(
        call, service="ssm", target=target, document=document, reason=params.get("Reason", "")
    )


def terminate_session(params: Params, call: Call) -> Params:  # noqa: ARG001 (a handler's signature)
    """TerminateSession, which AWS answers for a session that has ended too."""
    return {"SessionId": params["SessionId"]}


OPERATIONS: Mapping[str, Handler] = {
    "StartSession": start_session,
    "TerminateSession": terminate_session,
}
