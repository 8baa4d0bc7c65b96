"""Validation of requests and responses, with AWS's messages."""

from typing import Any

import pytest
from botocore.config import Config

from studio_emulator import model
from studio_emulator.moto_internals import get_service_model
from studio_emulator.server import Emulator
from tests.emulator import samples
from tests.emulator.samples import refused_once

DOMAIN: dict[str, Any] = {
    "DomainName": "studio",
    "AuthMode": "IAM",
    "DefaultUserSettings": {"ExecutionRole": "arn:aws:iam::123456789012:role/studio"},
    "SubnetIds": ["subnet-1"],
    "VpcId": "vpc-1",
}
NOT_EMPTY = "Member must have length greater than or equal to 1"


def refusal(service: str, operation: str, params: dict[str, Any]) -> tuple[str, str]:
    shape = get_service_model(service).operation_model(operation)
    return samples.refusal(lambda: model.validate_request(service, shape, params))


@pytest.mark.parametrize(
    ("change", "value", "constraint"),
    [
        ({"DomainName": None}, "null at 'domainName'", "Member must not be null"),
        (
            {"DomainName": "-a"},
            "'-a' at 'domainName'",
            "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
        ),
        (
            {"AuthMode": "SAML"},
            "'SAML' at 'authMode'",
            "Member must satisfy enum value set: [SSO, IAM]",
        ),
        ({"SubnetIds": []}, "'[]' at 'subnetIds'", NOT_EMPTY),
        ({"Tags": [{"Key": "", "Value": "x"}]}, "'' at 'tags.1.member.key'", NOT_EMPTY),
        (
            {"SubnetIds": ["a b"]},
            "'[a b]' at 'subnetIds'",
            "Member must satisfy constraint: [Member must have length less than or equal to 32, "
            "Member must have length greater than or equal to 0, Member must satisfy regular "
            "expression pattern: [-0-9a-zA-Z]+]",
        ),
    ],
)
def test_sagemaker_messages(change: dict[str, Any], value: str, constraint: str) -> None:
    assert refusal("sagemaker", "CreateDomain", DOMAIN | change) == (
        "ValidationException",
        f"1 validation error detected: Value {value} failed to satisfy constraint: {constraint}",
    )


def test_keys_of_a_map() -> None:
    container = {"ContainerConfig": {"ContainerEnvironmentVariables": {"A" * 257: "x"}}}
    params = {"AppImageConfigName": "slim", "JupyterLabAppImageConfig": container}
    _, message = refusal("sagemaker", "CreateAppImageConfig", params)
    assert "Map keys must satisfy constraint: [Member must have length" in message


@pytest.mark.parametrize("systems", [{}, {"EFSFileSystem": {"FileSystemId": "fs-01234567"}}])
def test_union_has_exactly_one_member(systems: dict[str, Any]) -> None:
    params: dict[str, Any] = {
        "DomainId": "d-abcdefghijkl",
        "SpaceName": "lab",
        "SpaceSettings": {"CustomFileSystems": [systems]},
    }
    operation = get_service_model("sagemaker").operation_model("CreateSpace")
    if systems:
        model.validate_request("sagemaker", operation, params)
        systems["FSxLustreFileSystem"] = {"FileSystemId": "fs-01234567"}
    _, message = refusal("sagemaker", "CreateSpace", params)
    assert "Member must have exactly one of [eFSFileSystem" in message


def test_every_problem_is_reported_and_unknown_members_are_ignored() -> None:
    _, message = refusal("sagemaker", "CreateDomain", {"AuthMode": "SAML", "NewMember": 1})
    assert message.startswith("3 validation errors detected: ")
    assert message.count("failed to satisfy constraint") == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"VpcId": 7}, "NUMBER_VALUE can not be converted to String: vpcId"),
        ({"VpcId": True}, "TRUE_VALUE can not be converted to String: vpcId"),
        ({"SubnetIds": "subnet-1"}, "STRING_VALUE can not be converted to List: subnetIds"),
        ({"VpcId": []}, "Start of list found where not expected: vpcId"),
    ],
)
def test_wrong_types(change: dict[str, Any], message: str) -> None:
    found = refusal("sagemaker", "CreateDomain", DOMAIN | change)
    assert found == ("SerializationException", message)


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "message"),
    [
        (
            "ec2",
            "CreateVpcEndpoint",
            {"ServiceName": "x"},
            "MissingParameter",
            "The request must contain the parameter VpcId",
        ),
        (
            "ecr",
            "CreateRepository",
            {"repositoryName": "Upper"},
            "InvalidParameterException",
            "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy "
            r"regular expression '[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)"
            "[a-z0-9]+)*)*''",
        ),
        (
            "sts",
            "GetSessionToken",
            {"DurationSeconds": 129_601},
            "ValidationError",
            "1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy "
            "constraint: Member must have value less than or equal to 129600",
        ),
    ],
)
def test_messages_of_other_services(
    service: str, operation: str, params: dict[str, Any], code: str, message: str
) -> None:
    assert refusal(service, operation, params) == (code, message)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"DomainArm": "x"}, "domainArm = 'x': no such member"),
        ({"DomainArn": 7}, "NUMBER_VALUE"),
        ({"DomainId": "D-1"}, "domainId = 'D-1'"),
    ],
)
def test_invalid_responses_are_found(answer: dict[str, Any], problem: str) -> None:
    shape = get_service_model("sagemaker").operation_model("CreateDomain")
    assert model.validate_response(shape, {"DomainId": "d-1"}) == []
    assert problem in " ".join(model.validate_response(shape, answer))


@pytest.mark.parametrize(
    ("service", "operation", "params", "code"),
    [
        ("sagemaker", "describe_domain", {"DomainId": "x"}, "ValidationException"),
        ("kms", "describe_key", {"KeyId": ""}, "ValidationException"),
        ("logs", "create_log_group", {"logGroupName": "a b"}, "InvalidParameterException"),
        ("efs", "create_file_system", {"CreationToken": ""}, "ValidationException"),
        ("ssm", "create_activation", {}, "ValidationException"),
        ("sts", "assume_role", {"RoleArn": "short"}, "ValidationError"),
        ("iam", "create_role", {}, "ValidationError"),
        ("ec2", "create_subnet", {}, "MissingParameter"),
    ],
)
def test_over_the_wire(
    aws: Emulator, service: str, operation: str, params: dict[str, Any], code: str
) -> None:
    client = aws.client(service, config=Config(parameter_validation=False))
    assert refused_once(getattr(client, operation), **params) == (code, 400)
