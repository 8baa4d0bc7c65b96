"""A deployment whose users stack is applied as Terraform's provider does, without Terraform."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic.alias_generators import to_pascal

from settings import Settings
from studio.aws.client import Aws
from studio.lifecycle import up as product
from studio.lifecycle.removed_settings import RemovedSettings, find_removed_settings
from studio.terraform.stacks import Stack
from studio.terraform.state.files import Resource
from tests.emulator.samples import settled
from tests.record_samples import content
from tests.samples import users_stack
from tests.studio.account import ACCOUNT, REGION, create_script
from tests.studio.deployed import Deployed
from tests.studio.deployed_studio import DeployedStudio
from tests.synthesis import settings, synth

BLOCKS = ("jupyter_lab_app_settings", "code_editor_app_settings")
NATIVE: dict[str, Any] = {"features": ["connect"], "image": {"slim": {}}}
HELPER = {**NATIVE, "users": {"alice": {"connect": "ssh-helper"}}}
PINNED = {**NATIVE, "image": {"slim": {"version": 1}}}
BOTH = {**HELPER, "image": {"slim": {"version": 1}}}
NO_IMAGE = {**NATIVE, "users": {"alice": {"images": []}}}
NO_FEATURE = {**NATIVE, "features": []}

_TEMPLATES: dict[str, str] = {}
"""The synthesized stack of each settings."""


@dataclass(kw_only=True)
class Account:
    """A deployment whose users stack is applied as Terraform's provider does.

    The provider leaves out of its requests what is empty, and it does not change an alias.
    """

    studio: DeployedStudio
    deployment: Deployed

    @property
    def alice(self) -> dict[str, str]:
        return {"DomainId": self.studio.domain_id, "UserProfileName": "alice"}

    def held(self) -> dict[str, Any]:
        """Alice's settings of apps, without what stays by itself."""
        described = self.studio.sagemaker.describe_user_profile(**self.alice)
        found = described.get("UserSettings", {})
        return {member: _filled(found.get(member, {})) for member in map(to_pascal, BLOCKS)}

    def synthesize(self, wanted: dict[str, Any]) -> tuple[Settings, dict[str, Any]]:
        chosen = settings(**{"users": {"alice": {}}, **wanted})
        key = chosen.model_dump_json()
        if key not in _TEMPLATES:
            contents = [content("a", 1), content("b", 2)]
            synthesized = json.dumps(synth(users_stack(chosen, *contents)))
            _TEMPLATES[key] = synthesized.replace("lab-slim", "studio-slim")
        (self.deployment.out / "cdk.tf.json").write_text(_TEMPLATES[key])
        return chosen, json.loads(_TEMPLATES[key])["resource"]

    def leftovers(self, wanted: dict[str, Any]) -> RemovedSettings:
        settings, _ = self.synthesize(wanted)
        return find_removed_settings(settings, self.deployment, AWS)

    def up(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """`studio up`; the settings of apps that Terraform writes."""
        settings, resources = self.synthesize(wanted)
        written: dict[str, Any] = {}

        def deploy(stacks: list[Stack]) -> None:
            if any(stack.name == "users" for stack in stacks):
                written.update(self.apply(resources))

        guard = SimpleNamespace(plan_all=list, deploy=deploy)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(product, "Guard", lambda **_: guard)
            product.up(settings, self.deployment, push=lambda: None)
        return written

    def apply(self, resources: dict[str, Any]) -> dict[str, Any]:
        sagemaker = self.studio.sagemaker
        scripts = {
            address: script["studio_lifecycle_config_name"]
            for address, script in resources.get(KIND, {}).items()
        }
        state = set(self.in_state())
        for name in set(scripts.values()) - state:
            create_script(sagemaker, name, deployment="studio")
        (profile,) = (
            one
            for one in resources["aws_sagemaker_user_profile"].values()
            if one["user_profile_name"] == "alice"
        )
        blocks = json.loads(_resolved(json.dumps(profile["user_settings"]), scripts))
        written = {to_pascal(block): _in_api_names(blocks[block]) for block in BLOCKS}
        sent = json.loads(json.dumps(written))
        for member, held in self.held().items():
            spec = sent[member]["DefaultResourceSpec"]
            spec.pop(ALIAS, None)
            if alias := held.get("DefaultResourceSpec", {}).get(ALIAS):
                spec[ALIAS] = alias
        sagemaker.update_user_profile(**self.alice, UserSettings=sent)
        settled(lambda: sagemaker.describe_user_profile(**self.alice))
        for name in state - set(scripts.values()):
            sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName=name)
        self.deployment.state["users"] = [_script(name) for name in scripts.values()]
        return written

    def start_with_script(self) -> tuple[str, dict[str, str]]:
        """Deploy ssh-helper's script and start alice's app with it; both."""
        self.up(HELPER)
        (script,) = self.scripts()
        return script, self.studio.start("alice", LifecycleConfigArn=script_arn(script))

    def stop(self, app: dict[str, str]) -> None:
        sagemaker = self.studio.sagemaker
        sagemaker.delete_app(**app)
        settled(lambda: sagemaker.describe_app(**app))

    def in_state(self) -> list[str]:
        """The scripts in state."""
        scripts = self.deployment.state["users"]
        return [str(one.attributes["studio_lifecycle_config_name"]) for one in scripts]

    def scripts(self) -> list[str]:
        """The scripts in AWS."""
        listed = self.studio.sagemaker.list_studio_lifecycle_configs()
        return [one["StudioLifecycleConfigName"] for one in listed["StudioLifecycleConfigs"]]


KIND = "aws_sagemaker_studio_lifecycle_config"
ALIAS = "SageMakerImageVersionAlias"
AWS = Aws(REGION)


@dataclass(kw_only=True)
class DeployedUsers(Deployed):
    """A deployment whose Terraform can remove a resource from state."""

    def terraform(self, stack: Any, *words: str) -> str:
        assert words[:2] == ("state", "rm")
        self.state[stack.name] = [one for one in self.state[stack.name] if one.address != words[2]]
        return ""


def _script(name: str) -> Resource:
    return Resource(
        kind=KIND,
        address=f"{KIND}.{name}",
        attributes={"studio_lifecycle_config_name": name, "arn": script_arn(name)},
    )


def script_arn(name: str) -> str:
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:studio-lifecycle-config/{name.lower()}"


def _resolved(text: str, scripts: Mapping[str, str]) -> str:
    """The text with what Terraform's expressions evaluate to."""
    for address, name in scripts.items():
        text = text.replace(f"${{{KIND}.{address}.arn}}", script_arn(name))
    versions = r'\$\{replace\(\\"([^"]*)\\", \\":image/\\", \\":image-version/\\"\)\}'
    return re.sub(versions, lambda match: match[1].replace(":image/", ":image-version/"), text)


def _in_api_names(block: Mapping[str, Any]) -> dict[str, Any]:
    return _filled(
        {
            "CustomImages": [_renamed(one) for one in block.get("custom_image", ())],
            "DefaultResourceSpec": _renamed(block["default_resource_spec"]),
            "LifecycleConfigArns": block.get("lifecycle_config_arns", []),
        }
    )


def _renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {to_pascal(key).replace("Sagemaker", "SageMaker"): one for key, one in values.items()}


def _filled(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {member: value for member, value in settings.items() if value}
