"""Each stack in another app, with plain strings in place of the other stacks' outputs."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cdktf import TerraformStack, Testing
from constructs import Construct

from settings import Settings
from stacks.domain import DomainStack
from stacks.ecr import EcrStack
from stacks.image import ImageStack
from stacks.network import NetworkStack
from stacks.role import RoleStack
from stacks.users import UsersStack
from tests.fixtures import SettingsBuilder, Synth
from tests.record_samples import versions
from tests.samples import DOMAIN, ECR, IMAGES, NETWORK, ROLE

STACKS: dict[str, Callable[[Construct, str, Settings], TerraformStack]] = {
    "network": lambda app, id, s: NetworkStack(app, id, settings=s),
    "role": lambda app, id, s: RoleStack(app, id, settings=s),
    "ecr": lambda app, id, s: EcrStack(app, id, settings=s),
    "image": lambda app, id, s: ImageStack(
        app, id, settings=s, ecr=ECR, versions=versions(s)
    ),
    "domain": lambda app, id, s: DomainStack(
        app, id, settings=s, network=NETWORK, role=ROLE, image=IMAGES
    ),
    "users": lambda app, id, s: UsersStack(
        app, id, settings=s, network=NETWORK, role=ROLE, image=IMAGES, domain=DOMAIN,
        versions=versions(s),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", STACKS)
def test_another_app_can_use_a_stack_alone(
    kind: str, settings: SettingsBuilder, synth: Synth
) -> None:
    app = Testing.app()
    chosen = settings(
        name="theirs",
        features=["connect", "jobs", "inference", "projects", "packages", "git", "encryption"],
        role={"buckets": ["their-data"]},
        users={"alice": {}, "bob": {"idle_minutes": 90}},
    )
    template: dict[str, Any] = synth(STACKS[kind](app, f"their-{kind}", chosen))
    assert [child.node.id for child in app.node.children] == [f"their-{kind}"]
    assert template["resource"]
    assert "terraform_remote_state" not in template.get("data", {})
    assert f"terraform.their-{kind}.tfstate" in json.dumps(template["terraform"]["backend"])
