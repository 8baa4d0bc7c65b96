"""What has changed since a plan."""

import json
from pathlib import Path
from typing import Any

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.lifecycle.fingerprint import Fingerprint
from tests.studio.deployed import STACKS, Deployed
from tests.studio.lifecycle.samples import FROM

NETWORK = FROM.stacks["network"]


def network(**changed: object) -> dict[str, object]:
    """The stacks, of which only the network has changed."""
    return {"stacks": FROM.stacks | {"network": NETWORK.model_copy(update=changed)}}


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({}, []),
        ({"account": "999999999999"}, ["account (planned: 123456789012, now: 999999999999)"]),
        ({"settings": "d" * 64}, ["the settings"]),
        ({"terraform": "1.10.0"}, ["the version of terraform (planned: 1.9.8, now: 1.10.0)"]),
        (network(serial=4), ["the state of network (planned: serial 3, now: 4)"]),
        (network(lineage="two"), ["the state of network (another lineage)"]),
        (network(configuration=""), ["the configuration of network"]),
        ({"stacks": {"network": NETWORK}}, ["the stack domain (removed)"]),
    ],
)
def test_changes_since_the_plan(now: dict[str, object], said: list[str]) -> None:
    assert list(FROM.changes(FROM.model_copy(update=now))) == said


def test_the_location_of_the_state_is_not_part_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed = Deployed(out=tmp_path, state={})
    monkeypatch.setattr(Aws, "account", lambda _: "123456789012")
    version = json.dumps({"terraform_version": "1.9.8"})
    monkeypatch.setattr(Deployed, "terraform", lambda *_: version)

    def fingerprint(bucket: str, **resources: Any) -> Fingerprint:
        document = {
            "terraform": {"backend": {"s3": {"bucket": bucket}}},
            "data": {"terraform_remote_state": {"role": {"config": {"bucket": bucket}}}},
            "resource": resources,
        }
        (deployed.out / "cdk.tf.json").write_text(json.dumps(document))
        return Fingerprint.of(Settings(), deployed)

    before = fingerprint("one")
    assert before.terraform == "1.9.8"
    assert list(before.changes(fingerprint("two"))) == []
    changed = [f"the configuration of {stack}" for stack in sorted(STACKS)]
    assert list(before.changes(fingerprint("one", aws_vpc={"vpc": {}}))) == changed
