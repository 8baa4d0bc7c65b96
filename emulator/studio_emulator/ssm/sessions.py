"""Session Manager's sessions: refused without a connected node or the advanced tier; filters."""

from collections.abc import Callable, Mapping
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.resources import own_documents
from studio_emulator.runtime import running_apps
from studio_emulator.sessions import open_sessions
from studio_emulator.sessions.access import check_caller
from studio_emulator.sessions.open_sessions import Session
from studio_emulator.sessions.targets import purpose_of
from studio_emulator.ssm import documents
from studio_emulator.ssm.authorization import check_node, may_use_node
from studio_emulator.ssm.settings import TIER, value_of
from studio_emulator.ssm.store import page, store

_ACTION = "ssm:StartSession"
_CHECKED = "ssm:SessionDocumentAccessCheck"


def start_session(params: Params, call: Call) -> Answer:
    """StartSession.

    Sources of AWS's messages: issues 1 and 44 of
    https://github.com/aws-samples/sagemaker-ssh-helper
    """
    target, document = params["Target"], params.get("DocumentName", documents.DEFAULT_SESSION)
    _authorize(target, params.get("DocumentName"), call)
    node = store(call).nodes.get(target)
    if node is None or not node.online:
        raise AwsError("TargetNotConnected", f"{target} is not connected.")
    if value_of(TIER, call) != "advanced":
        raise AwsError(
            "BadRequest",
            "Enable advanced-instances tier to use Session Manager with your on-premises instances",
        )
    given = params.get("Parameters", {})
    if document in documents.SESSION_DOCUMENTS:
        documents.SESSION_DOCUMENTS[document].check(given)
    elif document not in own_documents(call.backend("ssm")):
        raise AwsError("InvalidDocument", f"Document with name {document} does not exist.")
    purpose = purpose_of(document, given)
    runs_there = purpose.type != "Port" or purpose.port is not None
    by_process = call.options.apps != "off" and not running_apps.is_container(target)
    if runs_there and by_process and running_apps.app_of(target) is None:
        # On AWS, the node's agent runs the session's program; here, a local process does.
        running_apps.start(target, {})
    return open_sessions.begin(
        call,
        service="ssm",
        target=target,
        document=document,
        reason=params.get("Reason", ""),
        purpose=purpose,
    )


def resume_session(params: Params, call: Call) -> Answer:
    """ResumeSession: a new token until a client opens the channel, none afterwards.

    session-manager-plugin treats a response without a token as a timed-out session.
    """
    check_caller(params["SessionId"], "ssm:ResumeSession", call)
    session = _named(params["SessionId"], call)
    if session is None:
        raise AwsError("DoesNotExistException", f"Session {params['SessionId']} does not exist.")
    if session.status != "Connecting":
        return {"SessionId": session.id}
    return open_sessions.replace_token(session, call)


def terminate_session(params: Params, call: Call) -> Answer:
    """TerminateSession; no error for a session that has ended."""
    check_caller(params["SessionId"], "ssm:TerminateSession", call)
    session = _named(params["SessionId"], call)
    if session is not None:
        open_sessions.end(session)
    return {"SessionId": params["SessionId"]}


def describe_sessions(params: Params, call: Call) -> Answer:
    """DescribeSessions, newest first."""
    found = [
        session
        for session in open_sessions.sessions(call)
        if session.active == (params["State"] == "Active")
    ]
    for condition in params.get("Filters", []):
        value_of_session = _FILTERS.get(condition["key"])
        if value_of_session is None:
            raise AwsError("InvalidFilterKey", f"The filter {condition['key']} is not supported.")
        found = [s for s in found if value_of_session(s) == condition["value"]]
    shown = (_shown(session) for session in found)
    return page(shown, params, "Sessions", key=("StartDate", "SessionId"), newest_first=True)


def _authorize(target: str, named: str | None, call: Call) -> None:
    """Check the permissions for the node and for the document that the request names.

    The default document is checked only if a policy requires it.
    https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-sessiondocumentaccesscheck.html
    """
    if named is None and may_use_node(target, _ACTION, call, {_CHECKED: False}):
        return
    check_node(target, _ACTION, call, {_CHECKED: True})
    document = documents.arn(named or documents.DEFAULT_SESSION, call)
    call.check(_ACTION, document, {_CHECKED: True})


def _named(session_id: str, call: Call) -> Session | None:
    return next((s for s in open_sessions.sessions(call) if s.id == session_id), None)


def _shown(session: Session) -> dict[str, Any]:
    return {
        "SessionId": session.id,
        "Target": session.target,
        "Status": session.status,
        "StartDate": session.started,
        "DocumentName": session.document,
        "Owner": session.owner,
        "AccessType": "Standard",
        **({"Reason": session.reason} if session.reason else {}),
        **({"EndDate": session.ended} if session.ended is not None else {}),
    }


_FILTERS: Mapping[str, Callable[[Session], str]] = {
    "Target": lambda session: session.target,
    "Owner": lambda session: session.owner,
    "Status": lambda session: session.status,
    "SessionId": lambda session: session.id,
    "AccessType": lambda _: "Standard",
}
