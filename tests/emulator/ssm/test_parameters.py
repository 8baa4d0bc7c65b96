"""Systems Manager's parameters and documents: sizes, keys and reserved names."""

import json

from studio_emulator.server import Emulator
from tests.emulator.samples import create_key, refusal


def test_parameter_limits_and_reserved_document_names(aws: Emulator) -> None:
    ssm = aws.client("ssm")
    put, name = ssm.put_parameter, {"Name": "/studio", "Value": "x"}
    large = {**name, "Value": "x" * 4097, "Type": "String"}
    assert refusal(put, **large)[0] == "ValidationException"
    put(**large, Tier="Advanced")
    secret = {**name, "Name": "/secret", "Type": "SecureString"}
    assert refusal(put, **secret, KeyId="alias/absent")[0] == "InvalidKeyId"
    put(**secret, KeyId=create_key(aws))
    content = json.dumps({"schemaVersion": "2.2", "mainSteps": []})
    code, _ = refusal(ssm.create_document, Name="AWS-Mine", Content=content, DocumentType="Command")
    assert code == "ValidationException"
