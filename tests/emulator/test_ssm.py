"""Systems Manager: activations, managed nodes, service settings and sessions."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_emulator import ssm as hybrid
from studio_emulator.clock import Clock
from studio_emulator.errors import AwsError
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, REGION, make_role, refusal, trust

TIER = "/ssm/managed-instance/activation-tier"
SETTING = f"arn:aws:ssm:{REGION}:{ACCOUNT}:servicesetting{TIER}"
OWNER = {"Key": "SSHOwner", "Value": "alice"}

Register = Callable[..., str]


@pytest.fixture
def ssm(aws: Emulator) -> Any:
    return aws.client("ssm")


@pytest.fixture
def role(aws: Emulator) -> str:
    make_role(aws, "node", trusts=trust("ssm.amazonaws.com"))
    return "node"


@pytest.fixture
def register(aws: Emulator) -> Register:
    """Register a node with an activation that CreateActivation answered."""

    def with_activation(activation: dict[str, Any], **changed: str) -> str:
        values = {"code": activation["ActivationCode"], "name": "", **changed}
        activation_id = values.pop("activation_id", activation["ActivationId"])
        return hybrid.register_node(activation_id, now=Clock(aws.options).now(), **values)

    return with_activation


@pytest.fixture
def node(ssm: Any, role: str, register: Register) -> str:
    return register(ssm.create_activation(IamRole=role, Tags=[OWNER]), name="lab")


def information(ssm: Any, **params: Any) -> list[str]:
    found = ssm.describe_instance_information(**params)["InstanceInformationList"]
    return [instance["InstanceId"] for instance in found]


def test_activation_has_a_registration_limit(ssm: Any, role: str, register: Register) -> None:
    activation = ssm.create_activation(
        IamRole=role, RegistrationLimit=2, DefaultInstanceName="lab", Tags=[OWNER]
    )
    ids = {register(activation), register(activation)}
    assert len(ids) == 2
    with pytest.raises(AwsError, match="RegistrationLimitExceeded"):
        register(activation)
    (shown,) = ssm.describe_activations()["ActivationList"]
    assert (shown["RegistrationsCount"], shown["RegistrationLimit"]) == (2, 2)
    assert shown["ExpirationDate"] - shown["CreatedDate"] == timedelta(days=1)
    assert "ActivationCode" not in shown
    assert shown["Tags"] == [OWNER]
    for id_ in ids:
        tags = ssm.list_tags_for_resource(ResourceType="ManagedInstance", ResourceId=id_)
        assert tags["TagList"] == [OWNER]


def test_deleting_an_activation_keeps_its_nodes(ssm: Any, node: str) -> None:
    (activation,) = ssm.describe_activations()["ActivationList"]
    ssm.delete_activation(ActivationId=activation["ActivationId"])
    assert ssm.describe_activations()["ActivationList"] == []
    assert information(ssm) == [node]
    code, _ = refusal(ssm.delete_activation, ActivationId=activation["ActivationId"])
    assert code == "InvalidActivation"


@pytest.mark.parametrize("changed", ["activation_id", "code"])
def test_wrong_code(ssm: Any, role: str, register: Register, changed: str) -> None:
    activation = ssm.create_activation(IamRole=role)
    with pytest.raises(AwsError, match="InvalidActivation"):
        register(activation, **{changed: "x"})


def test_expired_activation(
    aws: Emulator, ssm: Any, role: str, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    activation = ssm.create_activation(IamRole=role)
    later = Clock(aws.options).now() + 24 * 3600 + 1
    monkeypatch.setattr(Clock, "now", lambda _: later)
    assert ssm.describe_activations()["ActivationList"][0]["Expired"] is True
    with pytest.raises(AwsError, match="ActivationExpired"):
        register(activation)


def test_expiration_date_on_a_machine_in_another_time_zone(
    ssm: Any, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    date = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "Asia/Tokyo")
            time.tzset()
            ssm.create_activation(IamRole=role, ExpirationDate=date)
    finally:
        time.tzset()
    (shown,) = ssm.describe_activations()["ActivationList"]
    assert shown["ExpirationDate"] == date


@pytest.mark.parametrize("days", [-1, 31])
def test_expiration_date_limits(ssm: Any, role: str, days: int) -> None:
    date = datetime.now(UTC) + timedelta(days=days)
    code, _ = refusal(ssm.create_activation, IamRole=role, ExpirationDate=date)
    assert code == "ValidationException"


@pytest.mark.parametrize(
    ("named", "trusts"),
    [
        ("missing", trust("ssm.amazonaws.com")),
        ("node", trust("sagemaker.amazonaws.com")),
        ("node", trust("ssm.amazonaws.com", Condition={"Bool": {"aws:Missing": "true"}})),
    ],
)
def test_role_must_trust_systems_manager(
    aws: Emulator, ssm: Any, named: str, trusts: dict[str, Any]
) -> None:
    make_role(aws, "node", trusts=trusts)
    code, message = refusal(ssm.create_activation, IamRole=named)
    assert code == "ValidationException"
    assert "Nonexistent role or missing ssm service principal in trust policy" in message


def test_node_is_described_and_deregistered(ssm: Any, node: str) -> None:
    (shown,) = ssm.describe_instance_information()["InstanceInformationList"]
    assert shown["InstanceId"] == node
    assert (shown["Name"], shown["IamRole"], shown["PingStatus"]) == ("lab", "node", "Online")
    assert shown["ResourceType"] == "ManagedInstance"
    ssm.deregister_managed_instance(InstanceId=node)
    assert information(ssm) == []
    assert refusal(ssm.deregister_managed_instance, InstanceId=node)[0] == "InvalidInstanceId"


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("tag:SSHOwner", "alice", True),
        ("tag:SSHOwner", "bob", False),
        ("tag:Other", "alice", False),
        ("tag-key", "SSHOwner", True),
        ("PingStatus", "Online", True),
        ("PingStatus", "ConnectionLost", False),
        ("IamRole", "node", True),
        ("ResourceType", "EC2Instance", False),
        ("InstanceIds", "mi-00000000000000000", False),
    ],
)
def test_filters(ssm: Any, node: str, key: str, value: str, found: bool) -> None:
    assert information(ssm, Filters=[{"Key": key, "Values": [value]}]) == [node] * found
    if ":" not in key and key != "tag-key":
        old = [{"key": key, "valueSet": [value]}]
        assert information(ssm, InstanceInformationFilterList=old) == [node] * found


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"Filters": [{"Key": "Colour", "Values": ["red"]}]}, "InvalidFilterKey"),
        (
            {
                "Filters": [{"Key": "IamRole", "Values": ["node"]}],
                "InstanceInformationFilterList": [{"key": "IamRole", "valueSet": ["node"]}],
            },
            "InvalidFilterKey",
        ),
    ],
)
def test_invalid_node_filters(ssm: Any, params: dict[str, Any], code: str) -> None:
    assert refusal(ssm.describe_instance_information, **params)[0] == code


def test_nodes_come_in_pages(ssm: Any, role: str, register: Register) -> None:
    activation = ssm.create_activation(IamRole=role, RegistrationLimit=7)
    ids = [register(activation) for _ in range(7)]
    pages = ssm.get_paginator("describe_instance_information").paginate(
        PaginationConfig={"PageSize": 5}
    )
    sizes = [len(page["InstanceInformationList"]) for page in pages]
    assert sizes == [5, 2]
    assert information(ssm) == ids


def test_tags_of_a_node(ssm: Any, node: str) -> None:
    of = {"ResourceType": "ManagedInstance", "ResourceId": node}
    ssm.add_tags_to_resource(
        **of, Tags=[{"Key": "SSHOwner", "Value": "bob"}, {"Key": "a", "Value": "1"}]
    )
    ssm.remove_tags_from_resource(**of, TagKeys=["a", "b"])
    assert ssm.list_tags_for_resource(**of)["TagList"] == [{"Key": "SSHOwner", "Value": "bob"}]
    many = [{"Key": f"k{n}", "Value": "v"} for n in range(50)]
    assert refusal(ssm.add_tags_to_resource, **of, Tags=many)[0] == "TooManyTagsError"
    missing = {**of, "ResourceId": "mi-00000000000000000"}
    assert refusal(ssm.list_tags_for_resource, **missing)[0] == "InvalidResourceId"


def test_moto_stores_tags_of_parameters(ssm: Any) -> None:
    ssm.put_parameter(Name="p", Value="v", Type="String")
    of = {"ResourceType": "Parameter", "ResourceId": "p"}
    ssm.add_tags_to_resource(**of, Tags=[OWNER])
    assert ssm.list_tags_for_resource(**of)["TagList"] == [OWNER]
    ssm.remove_tags_from_resource(**of, TagKeys=["SSHOwner"])
    assert ssm.list_tags_for_resource(**of)["TagList"] == []


@pytest.mark.parametrize("id_", [TIER, SETTING])
def test_service_setting(ssm: Any, id_: str) -> None:
    def current() -> tuple[str, str]:
        setting = ssm.get_service_setting(SettingId=id_)["ServiceSetting"]
        assert (setting["SettingId"], setting["ARN"]) == (TIER, SETTING)
        return setting["SettingValue"], setting["Status"]

    assert current() == ("standard", "Default")
    ssm.update_service_setting(SettingId=id_, SettingValue="advanced")
    assert current() == ("advanced", "Customized")
    assert refusal(ssm.update_service_setting, SettingId=id_, SettingValue="x")[0] == (
        "ValidationException"
    )
    ssm.reset_service_setting(SettingId=id_)
    assert current() == ("standard", "Default")


def test_unknown_service_setting(ssm: Any) -> None:
    code, _ = refusal(ssm.get_service_setting, SettingId="/ssm/unknown")
    assert code == "ServiceSettingNotFound"


def test_session_needs_the_advanced_tier(ssm: Any, node: str) -> None:
    assert refusal(ssm.start_session, Target=node) == (
        "BadRequest",
        "Enable advanced-instances tier to use Session Manager with your on-premises instances",
    )
    ssm.update_service_setting(SettingId=TIER, SettingValue="advanced")
    assert ssm.start_session(Target=node)["SessionId"]


def test_session_needs_a_connected_node(ssm: Any, node: str) -> None:
    ssm.update_service_setting(SettingId=TIER, SettingValue="advanced")
    hybrid.set_online(node, online=False)
    lost = refusal(ssm.start_session, Target=node)
    assert lost == ("TargetNotConnected", f"{node} is not connected.")
    assert information(ssm, Filters=[{"Key": "PingStatus", "Values": ["ConnectionLost"]}]) == [node]
    assert refusal(ssm.start_session, Target="mi-00000000000000000")[0] == "TargetNotConnected"


def test_inventory_of_systems_manager(ssm: Any, node: str) -> None:
    ssm.update_service_setting(SettingId=TIER, SettingValue="advanced")
    kinds = sorted(item.type for item in hybrid.inventory(ACCOUNT, REGION))
    assert kinds == ["activation", "managed-instance", "service-setting"]
    assert node in {item.id for item in hybrid.inventory(ACCOUNT, REGION)}
    assert hybrid.inventory(ACCOUNT, "eu-west-1") == []


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
def test_describe_aws_documents(
    aws: Emulator, name: str, kind: str, parameters: dict[str, str]
) -> None:
    document = aws.client("ssm").describe_document(Name=name)["Document"]
    assert (document["Name"], document["Owner"]) == (name, "Amazon")
    assert (document["DocumentType"], document["Status"]) == (kind, "Active")
    assert {each["Name"]: each["Type"] for each in document["Parameters"]} == parameters


def test_describe_account_documents(aws: Emulator) -> None:
    ssm = aws.client("ssm")
    for name in ("SSM-SessionManagerRunShell", "AWS-Nothing"):
        assert refusal(ssm.describe_document, Name=name)[0] == "InvalidDocument"
    content = {"schemaVersion": "1.0", "sessionType": "Standard_Stream"}
    ssm.create_document(Name="own", Content=json.dumps(content), DocumentType="Session")
    assert ssm.describe_document(Name="own")["Document"]["DocumentType"] == "Session"
