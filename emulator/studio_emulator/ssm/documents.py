"""AWS's documents of sessions and commands; which parameters and reserved names are refused.

Sources: `aws ssm get-document`, and for sessions
https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError

DEFAULT_SESSION = "SSM-SessionManagerRunShell"
_RESERVED = ("aws", "amazon", "amzn")
"""https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html (Name)"""
_PORT = (
    r"[1-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
)
_LOCAL_PORT = f"0|{_PORT}"
_ANYTHING = r"[\s\S]+"


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document's parameters: the pattern of each value, and the required ones.

    lists: the parameters that take more than one value.
    """

    patterns: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()

    def check(self, given: Mapping[str, list[str]]) -> None:
        """AwsError InvalidParameters for parameters that the document does not accept."""
        if missing := sorted(self.required - given.keys()):
            raise AwsError("InvalidParameters", f"Parameter {missing[0]} is required.")
        for name, values in given.items():
            if name not in self.patterns:
                raise AwsError("InvalidParameters", f"Parameter {name} is not in the document.")
            if len(values) != 1 and name not in self.lists:
                raise AwsError("InvalidParameters", f"Parameter {name} takes one value.")
            if not all(re.fullmatch(self.patterns[name], value) for value in values):
                raise AwsError("InvalidParameters", f"Parameter {name} does not match its pattern.")


SESSION_DOCUMENTS: Mapping[str, Document] = {
    DEFAULT_SESSION: Document(),
    "AWS-StartSSHSession": Document(patterns={"portNumber": _PORT}),
    "AWS-StartPortForwardingSession": Document(
        patterns={"portNumber": _PORT, "localPortNumber": _LOCAL_PORT}
    ),
    "AWS-StartPortForwardingSessionToRemoteHost": Document(
        patterns={"host": r"[^,$^&()!;'\"<>`{}\[\]|#=]{3,}", "portNumber": _PORT}
        | {"localPortNumber": _LOCAL_PORT},
        required=frozenset({"host"}),
    ),
    "AWS-StartInteractiveCommand": Document(
        patterns={"command": _ANYTHING}, required=frozenset({"command"})
    ),
    "AWS-StartNonInteractiveCommand": Document(
        patterns={"command": _ANYTHING}, required=frozenset({"command"})
    ),
}
COMMAND_DOCUMENTS: Mapping[str, Document] = {
    "AWS-RunShellScript": Document(
        patterns={
            "commands": _ANYTHING,
            "workingDirectory": ".*",
            "executionTimeout": r"[1-9][0-9]{0,4}|1[0-6][0-9]{4}|17[0-1][0-9]{3}|172[0-7]\d{2}"
            r"|172800",
        },
        required=frozenset({"commands"}),
        lists=frozenset({"commands"}),
    ),
}


def describe_document(params: Params, _call: Call) -> Answer | None:
    """DescribeDocument of AWS's documents; None for the account's, which moto describes."""
    name = params["Name"].rpartition("/")[2]
    session = SESSION_DOCUMENTS.get(name)
    document = session or COMMAND_DOCUMENTS.get(name)
    if document is None or not name.startswith("AWS-"):
        return None
    if params.get("DocumentVersion", "$DEFAULT") not in ("$DEFAULT", "$LATEST", "1"):
        raise AwsError("InvalidDocumentVersion", "")
    return {
        "Document": {
            "Name": name,
            "Owner": "Amazon",
            "Status": "Active",
            "DocumentType": "Session" if session else "Command",
            "DocumentFormat": "JSON",
            "DocumentVersion": "1",
            "LatestVersion": "1",
            "DefaultVersion": "1",
            "SchemaVersion": "1.0" if session else "2.2",
            "PlatformTypes": ["Windows", "Linux", "MacOS"] if session else ["Linux", "MacOS"],
            "Parameters": [
                {"Name": each, "Type": "StringList" if each in document.lists else "String"}
                for each in document.patterns
            ],
            "Tags": [],
        }
    }


def check_create_document(params: Params, _: Call) -> None:
    """Refuse to create a document with a reserved prefix."""
    if params["Name"].lower().startswith(_RESERVED):
        message = f"Document name {params['Name']} is reserved for use by AWS."
        raise AwsError("ValidationException", message)


def arn(name: str, call: Call) -> str:
    """A document's ARN; AWS's documents belong to no account."""
    account = "" if name.startswith("AWS-") else call.account
    return f"arn:{call.partition}:ssm:{call.region}:{account}:document/{name}"
