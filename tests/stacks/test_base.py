from typing import Any

from cdktf import Testing

import modules  # noqa: F401  registers the AWS bindings
from stacks.base import StudioStack
from stacks.network import NetworkStack
from tests.synthesis import settings, synth

TEAM = {"bucket": "team-state", "key_prefix": "lab"}


def pair(**sections: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A network stack and a stack that reads its subnets."""
    app, chosen = Testing.app(), settings(**sections)
    network = NetworkStack(app, "network", settings=chosen)
    reader = StudioStack(app, "reader", settings=chosen)
    reader.export("subnets", list(network.outputs.subnet_ids), "Read from another stack")
    reader.prepare_stack()  # writes the references into both stacks
    return synth(network), synth(reader)


def test_both_stacks_find_local_state_next_to_the_output_folder() -> None:
    network, reader = pair()
    path = network["terraform"]["backend"]["local"]["path"]
    assert path == "../../../terraform.network.tfstate"
    (reference,) = reader["data"]["terraform_remote_state"].values()
    assert reference["backend"] == "local"
    assert reference["config"]["path"] == path
    own = reader["terraform"]["backend"]["local"]["path"]
    assert own == "../../../terraform.reader.tfstate"


def test_both_stacks_find_state_in_the_bucket_encrypted_and_locked() -> None:
    network, reader = pair(state=TEAM, region="eu-west-1")
    assert network["terraform"]["backend"] == {
        "s3": {
            "bucket": "team-state",
            "key": "lab/network.tfstate",
            "region": "eu-west-1",
            "encrypt": True,
            "use_lockfile": True,
        }
    }
    (reference,) = reader["data"]["terraform_remote_state"].values()
    assert reference["backend"] == "s3"
    assert reference["config"]["key"] == "lab/network.tfstate"
    assert reader["terraform"]["backend"]["s3"]["key"] == "lab/reader.tfstate"


def test_the_bucket_can_have_another_region_and_key() -> None:
    key = "arn:aws:kms:us-west-2:123456789012:key/0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a"
    state = {**TEAM, "region": "us-west-2", "kms_key": key}
    stack = StudioStack(Testing.app(), "x", settings=settings(region="eu-west-1", state=state))
    template = synth(stack)
    assert template["terraform"]["backend"]["s3"]["region"] == "us-west-2"
    assert template["terraform"]["backend"]["s3"]["kms_key_id"] == key
    assert template["provider"]["aws"][0]["region"] == "eu-west-1"


def test_the_provider_tags_all_resources_and_tags_of_the_settings_override() -> None:
    chosen = settings(name="lab", tags={"Team": "vision", "ManagedBy": "us"})
    (provider,) = synth(StudioStack(Testing.app(), "x", settings=chosen))["provider"]["aws"]
    (default,) = provider["default_tags"]
    assert default["tags"] == {
        "Project": "lab",
        "ManagedBy": "us",
        "Team": "vision",
        "StudioDeployment": "lab",
    }


def test_an_output_has_its_name_and_a_description() -> None:
    stack = StudioStack(Testing.app(), "x", settings=settings())
    stack.export("domain_id", "d-0a", "The domain")
    assert synth(stack)["output"] == {"domain_id": {"value": "d-0a", "description": "The domain"}}
