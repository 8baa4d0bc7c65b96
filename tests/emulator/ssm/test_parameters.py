"""Systems Manager's parameters: sizes and keys."""

from studio_emulator.server import Emulator
from tests.emulator.samples import create_key, refusal


def test_parameter_limits(aws: Emulator) -> None:
    ssm = aws.client("ssm")
    put, name = ssm.put_parameter, {"Name": "/studio", "Value": "x"}
    large = {**name, "Value": "x" * 4097, "Type": "String"}
    assert refusal(put, **large)[0] == "ValidationException"
    put(**large, Tier="Advanced")
    secret = {**name, "Name": "/secret", "Type": "SecureString"}
    assert refusal(put, **secret, KeyId="alias/absent")[0] == "InvalidKeyId"
    put(**secret, KeyId=create_key(aws))
