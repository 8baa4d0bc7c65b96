"""Validation of requests and responses, with AWS's messages."""

from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from studio_emulator import model
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import get_service_model
from studio_emulator.patterns import compiled
from studio_emulator.protocol import SERVICES
from studio_emulator.server import Emulator

DOMAIN: dict[str, Any] = {
    "DomainName": "studio",
    "AuthMode": "IAM",
    "DefaultUserSettings": {"ExecutionRole": "arn:aws:iam::123456789012:role/studio"},
    "SubnetIds": ["subnet-1"],
    "VpcId": "vpc-1",
}
# Patterns of AWS that no regular expression of Python's can say: none guards what is used here.
UNTRANSLATED = {
    "AthenaCatalog",
    "Catalog",
    "CloudConnectorIamRoleArn",
    "CustomerMetadataKey",
    "CustomerMetadataValue",
    "Database",
    "ResourceType",
    "TableName",
}


def refusal(service: str, operation: str, params: dict[str, Any]) -> tuple[str, str]:
    shape = get_service_model(service).operation_model(operation)
    with pytest.raises(AwsError) as refused:
        model.validate_request(service, shape, params)
    return refused.value.code, refused.value.message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"DomainName": None},
            "1 validation error detected: Value null at 'domainName' failed to satisfy constraint: "
            "Member must not be null",
        ),
        (
            {"DomainName": "-a"},
            "1 validation error detected: Value '-a' at 'domainName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: "
            "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
        ),
        (
            {"AuthMode": "SAML"},
            "1 validation error detected: Value 'SAML' at 'authMode' failed to satisfy "
            "constraint: Member must satisfy enum value set: [SSO, IAM]",
        ),
        (
            {"SubnetIds": []},
            "1 validation error detected: Value '[]' at 'subnetIds' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1",
        ),
        (
            {"Tags": [{"Key": "", "Value": "x"}]},
            "1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1",
        ),
        (
            {"SubnetIds": ["a b"]},
            "1 validation error detected: Value '[a b]' at 'subnetIds' failed to satisfy "
            "constraint: Member must satisfy constraint: [Member must have length less than or "
            "equal to 32, Member must have length greater than or equal to 0, Member must "
            "satisfy regular expression pattern: [-0-9a-zA-Z]+]",
        ),
    ],
)
def test_sagemaker_messages(change: dict[str, Any], message: str) -> None:
    found = refusal("sagemaker", "CreateDomain", DOMAIN | change)
    assert found == ("ValidationException", message)


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


def test_every_problem_is_reported() -> None:
    _, message = refusal("sagemaker", "CreateDomain", {"AuthMode": "SAML"})
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


def test_unknown_members_are_ignored() -> None:
    _, message = refusal("sagemaker", "CreateDomain", {"AuthMode": "SAML", "NewMember": 1})
    assert message.startswith("3 validation errors detected: ")
    assert "NewMember" not in message


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
            "iam",
            "GetRole",
            {"RoleName": "a" * 65},
            "ValidationError",
            f"1 validation error detected: Value '{'a' * 65}' at 'roleName' failed to satisfy "
            "constraint: Member must have length less than or equal to 64",
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
        ({"DomainArm": "x"}, "DomainArm: no such member"),
        ({"DomainArn": 7}, "NUMBER_VALUE"),
        ({"DomainId": "D-1"}, "domainId = 'D-1'"),
    ],
)
def test_invalid_responses_are_found(answer: dict[str, Any], problem: str) -> None:
    shape = get_service_model("sagemaker").operation_model("CreateDomain")
    assert model.validate_response(shape, {"DomainId": "d-1"}) == []
    assert problem in " ".join(model.validate_response(shape, answer))


def test_aws_patterns_compile() -> None:
    failed = set()
    for service in SERVICES.values():
        service_model = get_service_model(service)
        for name in service_model.shape_names:
            pattern = service_model.shape_for(name).metadata.get("pattern")
            if pattern and compiled(pattern) is None:
                failed.add(name)
    assert failed == UNTRANSLATED


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"[\p{L}\p{Z}_.:/=+\-@]*", "Größe = 名", "a;b"),
        (r"\p{Alpha}+", "abc", "a1"),
        (r"\p{M}+", "\u0301", "a"),
        (r"[a[]+", "a[", "b"),
        (r"\w+", "abc", "é"),
    ],
)
def test_java_patterns(pattern: str, good: str, bad: str) -> None:
    for value, fits in ((good, True), (bad, False)):
        regex = compiled(pattern, for_ascii=value.isascii())
        assert regex is not None
        assert bool(regex.fullmatch(value)) is fits


def test_patterns_for_ascii_match_the_same_ascii_values() -> None:
    models = map(get_service_model, SERVICES.values())
    shapes = (model.shape_for(name) for model in models for name in model.shape_names)
    modelled = {str(shape.metadata.get("pattern")) for shape in shapes}
    patterns = [pattern for pattern in modelled if r"\p{" in pattern]
    assert patterns
    characters = [chr(code) for code in range(128)]
    for pattern in (*patterns, r"\p{Cn}*", r"[^\p{L}]*", r"[\p{M}a]", r"\p{Nonsense}"):
        whole, for_ascii = compiled(pattern), compiled(pattern, for_ascii=True)
        assert (whole is None) == (for_ascii is None)
        if whole is not None and for_ascii is not None:
            for value in (*characters, *(f"a{each}" for each in characters), ""):
                assert bool(whole.fullmatch(value)) == bool(for_ascii.fullmatch(value)), pattern


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "status"),
    [
        ("sagemaker", "describe_domain", {"DomainId": "x"}, "ValidationException", 400),
        ("kms", "describe_key", {"KeyId": ""}, "ValidationException", 400),
        ("logs", "create_log_group", {"logGroupName": "a b"}, "InvalidParameterException", 400),
        ("efs", "create_file_system", {"CreationToken": ""}, "ValidationException", 400),
        ("ssm", "create_activation", {}, "ValidationException", 400),
        ("sts", "assume_role", {"RoleArn": "short"}, "ValidationError", 400),
        ("iam", "create_role", {}, "ValidationError", 400),
        ("ec2", "create_subnet", {}, "MissingParameter", 400),
    ],
)
def test_over_the_wire(
    aws: Emulator, service: str, operation: str, params: dict[str, Any], code: str, status: int
) -> None:
    client = aws.client(service, config=Config(parameter_validation=False))
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**params)
    answer = refused.value.response
    assert answer["Error"]["Code"] == code
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
