"""Activations: roles, codes, limits of registrations and time."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_emulator.clock import Clock
from studio_emulator.errors import AwsError
from studio_emulator.server import Emulator
from tests.emulator.samples import code_of, make_role, refused, trust
from tests.emulator.ssm.registration import OWNER, node_ids, register_node


def test_activation_has_a_registration_limit(aws: Emulator, ssm: Any, role: str) -> None:
    activation = ssm.create_activation(
        IamRole=role, RegistrationLimit=2, DefaultInstanceName="lab", Tags=[OWNER]
    )
    ids = {register_node(aws, activation) for _ in range(2)}
    nodes = ssm.describe_instance_information()["InstanceInformationList"]
    assert {(node["InstanceId"], node["Name"]) for node in nodes} == {(each, "lab") for each in ids}
    assert len(ids) == 2
    with pytest.raises(AwsError, match="RegistrationLimitExceeded"):
        register_node(aws, activation)
    (shown,) = ssm.describe_activations()["ActivationList"]
    assert (shown["RegistrationsCount"], shown["RegistrationLimit"]) == (2, 2)
    assert shown["ExpirationDate"] - shown["CreatedDate"] == timedelta(days=1)
    assert "ActivationCode" not in shown
    assert shown["Tags"] == [OWNER]
    for id_ in ids:
        tags = ssm.list_tags_for_resource(ResourceType="ManagedInstance", ResourceId=id_)
        assert tags["TagList"] == [OWNER]


@pytest.mark.parametrize("key", ["ActivationIds", "DefaultInstanceName", "IamRole"])
def test_filters_of_activations(ssm: Any, role: str, key: str) -> None:
    made = ssm.create_activation(IamRole=role, DefaultInstanceName="lab")["ActivationId"]
    value = {"ActivationIds": made, "DefaultInstanceName": "lab", "IamRole": role}[key]
    for given, found in ((value, [made]), ("absent", [])):
        filters = [{"FilterKey": key, "FilterValues": [given]}]
        shown = ssm.describe_activations(Filters=filters)["ActivationList"]
        assert [activation["ActivationId"] for activation in shown] == found


def test_deleting_an_activation_keeps_its_nodes(ssm: Any, node: str) -> None:
    (activation,) = ssm.describe_activations()["ActivationList"]
    ssm.delete_activation(ActivationId=activation["ActivationId"])
    assert ssm.describe_activations()["ActivationList"] == []
    assert node_ids(ssm) == [node]
    again = {"ActivationId": activation["ActivationId"]}
    assert code_of(ssm.delete_activation, **again) == "InvalidActivation"


@pytest.mark.parametrize("changed", ["activation_id", "code"])
def test_wrong_code(aws: Emulator, ssm: Any, role: str, changed: str) -> None:
    activation = ssm.create_activation(IamRole=role)
    with pytest.raises(AwsError, match="InvalidActivation"):
        register_node(aws, activation, **{changed: "x"})


def test_expired_activation(
    aws: Emulator, ssm: Any, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    activation = ssm.create_activation(IamRole=role)
    later = Clock(aws.options).now() + 24 * 3600 + 1
    monkeypatch.setattr(Clock, "now", lambda _: later)
    assert ssm.describe_activations()["ActivationList"][0]["Expired"] is True
    with pytest.raises(AwsError, match="ActivationExpired"):
        register_node(aws, activation)


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
    asked = {"IamRole": role, "ExpirationDate": date}
    assert code_of(ssm.create_activation, **asked) == "ValidationException"


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
    words = "Nonexistent role or missing ssm service principal in trust policy"
    refused("ValidationException", words, ssm.create_activation, IamRole=named)
