"""Documents of sessions and commands: descriptions and parameters."""

import json
from typing import Any

import pytest

from tests.emulator.samples import code_of, refusal

FORWARD = "AWS-StartPortForwardingSession"
REMOTE = "AWS-StartPortForwardingSessionToRemoteHost"


@pytest.mark.parametrize(
    ("name", "kind", "parameters"),
    [
        ("AWS-StartSSHSession", "Session", {"portNumber": "String"}),
        (
            "AWS-RunShellScript",
            "Command",
            {"commands": "StringList", "workingDirectory": "String", "executionTimeout": "String"},
        ),
    ],
)
def test_describe_aws_documents(ssm: Any, name: str, kind: str, parameters: dict[str, str]) -> None:
    document = ssm.describe_document(Name=name)["Document"]
    assert (document["Name"], document["Owner"]) == (name, "Amazon")
    assert (document["DocumentType"], document["Status"]) == (kind, "Active")
    assert {each["Name"]: each["Type"] for each in document["Parameters"]} == parameters
    versions = {"Name": name, "DocumentVersion": "2"}
    assert refusal(ssm.describe_document, **versions)[0] == "InvalidDocumentVersion"


@pytest.mark.usefixtures("advanced")
def test_documents_of_the_account(ssm: Any, node: str) -> None:
    for name in ("SSM-SessionManagerRunShell", "AWS-Nothing"):
        assert refusal(ssm.describe_document, Name=name)[0] == "InvalidDocument"
    content = {"schemaVersion": "1.0", "sessionType": "Standard_Stream"}
    ssm.create_document(Name="own", Content=json.dumps(content), DocumentType="Session")
    assert ssm.describe_document(Name="own")["Document"]["DocumentType"] == "Session"
    assert ssm.start_session(Target=node, DocumentName="own")["SessionId"]
    named = {"Name": "AWS-Mine", "Content": json.dumps(content), "DocumentType": "Session"}
    assert refusal(ssm.create_document, **named)[0] == "ValidationException"


@pytest.mark.usefixtures("advanced")
@pytest.mark.parametrize(
    ("document", "parameters", "code"),
    [
        ("AWS-StartSSHSession", {}, ""),
        ("AWS-StartSSHSession", {"portNumber": ["22"]}, ""),
        ("AWS-StartSSHSession", {"portNumber": ["65536"]}, "InvalidParameters"),
        ("AWS-StartSSHSession", {"portNumber": ["ssh"]}, "InvalidParameters"),
        ("AWS-StartSSHSession", {"portNumber": ["22", "23"]}, "InvalidParameters"),
        ("AWS-StartSSHSession", {"port": ["22"]}, "InvalidParameters"),
        ("AWS-StartSSHSession", {"localPortNumber": ["22"]}, "InvalidParameters"),
        (FORWARD, {"portNumber": ["8888"], "localPortNumber": ["0"]}, ""),
        (FORWARD, {"portNumber": ["0"]}, "InvalidParameters"),
        (REMOTE, {"host": ["db.internal"], "portNumber": ["5432"]}, ""),
        (REMOTE, {"portNumber": ["5432"]}, "InvalidParameters"),
        ("AWS-StartInteractiveCommand", {}, "InvalidParameters"),
        ("SSM-SessionManagerRunShell", {"command": ["ls"]}, "InvalidParameters"),
        ("AWS-RunShellScript", {"commands": ["ls"]}, "InvalidDocument"),
        ("AWS-StartSshSession", {}, "InvalidDocument"),
    ],
)
def test_documents_and_their_parameters(
    ssm: Any, node: str, document: str, parameters: dict[str, list[str]], code: str
) -> None:
    asked = {"Target": node, "DocumentName": document, "Parameters": parameters}
    assert code_of(ssm.start_session, **asked) == code
