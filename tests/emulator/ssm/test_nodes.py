"""Managed nodes: description, connection, filters, tags, deregistration."""

from typing import Any

import pytest

from studio_emulator import ssm as hybrid
from studio_emulator.errors import AwsError
from studio_emulator.runtime import running_apps
from studio_emulator.runtime.process_app import ProcessApp
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, REGION, refusal
from tests.emulator.sessions.channels import Channel, closed
from tests.emulator.ssm.registration import OWNER, node_ids, register_node


def test_node_is_described_and_deregistered(ssm: Any, node: str) -> None:
    (shown,) = ssm.describe_instance_information()["InstanceInformationList"]
    assert shown["InstanceId"] == node
    assert (shown["Name"], shown["IamRole"], shown["PingStatus"]) == ("lab", "node", "Online")
    assert shown["ResourceType"] == "ManagedInstance"
    ssm.deregister_managed_instance(InstanceId=node)
    assert node_ids(ssm) == []
    assert refusal(ssm.deregister_managed_instance, InstanceId=node)[0] == "InvalidInstanceId"


def test_node_that_lost_its_connection(ssm: Any, node: str) -> None:
    lost = {"Filters": [{"Key": "PingStatus", "Values": ["ConnectionLost"]}]}
    for online in (False, True):
        hybrid.set_online(node, online=online)
        (shown,) = ssm.describe_instance_information()["InstanceInformationList"]
        assert shown["PingStatus"] == ("Online" if online else "ConnectionLost")
        assert node_ids(ssm, **lost) == [node] * (not online)
    with pytest.raises(AwsError, match="is not registered"):
        hybrid.set_online("mi-00000000000000000", online=False)


@pytest.mark.usefixtures("advanced", "processes")
def test_deregistration_ends_sessions_and_deletes_the_home(ssm: Any, node: str) -> None:
    shell = Channel(ssm.start_session(Target=node), handshake=False)
    assert shell.recv()
    app = running_apps.app_of(node)
    assert isinstance(app, ProcessApp)
    assert app.home.exists()
    ssm.deregister_managed_instance(InstanceId=node)
    code, why = closed(shell)
    assert (code, "not registered any more" in why) == (1000, True)
    assert not app.home.exists()


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
def test_filters_of_nodes(ssm: Any, node: str, key: str, value: str, found: bool) -> None:
    assert node_ids(ssm, Filters=[{"Key": key, "Values": [value]}]) == [node] * found
    if ":" not in key and key != "tag-key":
        old = [{"key": key, "valueSet": [value]}]
        assert node_ids(ssm, InstanceInformationFilterList=old) == [node] * found


def test_invalid_node_filters(ssm: Any) -> None:
    unknown = {"Filters": [{"Key": "Colour", "Values": ["red"]}]}
    both = {
        "Filters": [{"Key": "IamRole", "Values": ["node"]}],
        "InstanceInformationFilterList": [{"key": "IamRole", "valueSet": ["node"]}],
    }
    for given in (unknown, both):
        assert refusal(ssm.describe_instance_information, **given)[0] == "InvalidFilterKey"


def test_nodes_come_in_pages(aws: Emulator, ssm: Any, role: str) -> None:
    activation = ssm.create_activation(IamRole=role, RegistrationLimit=7)
    ids = [register_node(aws, activation) for _ in range(7)]
    pages = ssm.get_paginator("describe_instance_information").paginate(
        PaginationConfig={"PageSize": 5}
    )
    sizes = [len(page["InstanceInformationList"]) for page in pages]
    assert sizes == [5, 2]
    assert node_ids(ssm) == ids


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


@pytest.mark.usefixtures("advanced")
def test_inventory_of_systems_manager(node: str) -> None:
    kinds = sorted(item.type for item in hybrid.inventory(ACCOUNT, REGION))
    assert kinds == ["activation", "managed-instance", "service-setting"]
    assert node in {item.id for item in hybrid.inventory(ACCOUNT, REGION)}
    assert hybrid.inventory(ACCOUNT, "eu-west-1") == []
