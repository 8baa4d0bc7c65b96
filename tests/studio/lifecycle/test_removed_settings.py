"""Removed settings are cleared in AWS, whether an update replaces or merges what it sends."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic.alias_generators import to_pascal

from catalog.distribution import VERSION_ALIAS
from settings import Settings
from studio.aws import app_settings
from studio.aws.client import Aws
from studio.lifecycle import start_scripts
from studio.lifecycle.removed_settings import RemovedSettings, find_removed_settings
from studio.terraform.state.files import Resource
from studio_emulator.options import SETTINGS_UPDATES
from tests.fixtures import SettingsBuilder, Synth
from tests.record_samples import content
from tests.samples import users_stack
from tests.studio.account import ACCOUNT, REGION
from tests.studio.deployed import Deployed
from tests.studio.deployed_studio import DeployedStudio, settle

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
    synth: Synth
    build: SettingsBuilder
    deployment: Deployed

    @property
    def alice(self) -> dict[str, str]:
        return {"DomainId": self.studio.domain_id, "UserProfileName": "alice"}

    @property
    def space(self) -> dict[str, str]:
        return {"DomainId": self.studio.domain_id, "SpaceName": "alice"}

    def held(self) -> dict[str, Any]:
        """Alice's settings of apps, without what stays by itself."""
        described = self.studio.sagemaker.describe_user_profile(**self.alice)
        found = described.get("UserSettings", {})
        return {member: _filled(found.get(member, {})) for member in map(to_pascal, BLOCKS)}

    def synthesize(self, wanted: dict[str, Any]) -> tuple[Settings, dict[str, Any]]:
        settings = self.build(**{"users": {"alice": {}}, **wanted})
        key = settings.model_dump_json()
        if key not in _TEMPLATES:
            contents = [content("a", 1), content("b", 2)]
            synthesized = json.dumps(self.synth(users_stack(settings, *contents)))
            _TEMPLATES[key] = synthesized.replace("lab-slim", "studio-slim")
        (self.deployment.out / "cdk.tf.json").write_text(_TEMPLATES[key])
        return settings, json.loads(_TEMPLATES[key])["resource"]

    def leftovers(self, wanted: dict[str, Any]) -> RemovedSettings:
        settings, _ = self.synthesize(wanted)
        return find_removed_settings(settings, self.deployment, AWS)

    def up(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Clear what is left over and apply; the settings of apps that Terraform writes."""
        settings, resources = self.synthesize(wanted)
        for update in find_removed_settings(settings, self.deployment, AWS).updates:
            app_settings.send(AWS, update, lambda _: None)
        start_scripts.keep_used_scripts(self.deployment, AWS)
        written = self.apply(resources)
        start_scripts.delete_unused_scripts(settings, self.deployment, AWS)
        return written

    def apply(self, resources: dict[str, Any]) -> dict[str, Any]:
        sagemaker = self.studio.sagemaker
        scripts = {
            address: script["studio_lifecycle_config_name"]
            for address, script in resources.get(KIND, {}).items()
        }
        state = set(self.in_state())
        for name in set(scripts.values()) - state:
            sagemaker.create_studio_lifecycle_config(
                StudioLifecycleConfigName=name,
                StudioLifecycleConfigContent="c3No",
                StudioLifecycleConfigAppType="JupyterLab",
                Tags=[{"Key": "StudioDeployment", "Value": "studio"}],
            )
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
        settle(lambda: str(sagemaker.describe_user_profile(**self.alice)["Status"]))
        for name in state - set(scripts.values()):
            sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName=name)
        self.deployment.state["users"] = [_script(name) for name in scripts.values()]
        return written

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


@pytest.fixture(params=SETTINGS_UPDATES)
def account(
    request: pytest.FixtureRequest,
    deployed_studio: DeployedStudio,
    tmp_path: Path,
    synth: Synth,
    settings: SettingsBuilder,
) -> Account:
    """The image of Studio has two versions."""
    deployed_studio.version("slim", tag="1" * 16)
    deployed_studio.sagemaker.create_app_image_config(
        AppImageConfigName="studio-slim-jupyterlab", JupyterLabAppImageConfig={}
    )
    deployed_studio.aws.options.update({"settings_updates": request.param})
    deployment = DeployedUsers(
        out=tmp_path, report=lambda _: None, state={"users": []},
        domain_id=deployed_studio.domain_id,
    )  # fmt: skip
    return Account(studio=deployed_studio, synth=synth, build=settings, deployment=deployment)


@dataclass(kw_only=True)
class DeployedUsers(Deployed):
    """A deployment with a domain; its Terraform can remove a resource from state."""

    domain_id: str

    def output(self, stack: str, name: str) -> str | None:
        assert (stack, name) == ("domain", "domain_id")
        return self.domain_id

    def init(self, folder: Path, *flags: str) -> None:
        assert (folder, flags) == (self.out, ())

    def terraform(self, stack: Any, *words: str) -> str:
        assert words[:2] == ("state", "rm")
        self.state[stack.name] = [one for one in self.state[stack.name] if one.address != words[2]]
        return ""


@pytest.mark.parametrize(
    "life",
    [
        [NATIVE, PINNED, NATIVE],
        [NATIVE, HELPER, NATIVE, NO_FEATURE],
        [BOTH, NO_FEATURE],
        [BOTH, NO_IMAGE, NATIVE],
        # A version is pinned, then an alias, then neither, and back.
        [PINNED, NO_IMAGE, NATIVE, NO_IMAGE, PINNED],
        [PINNED, {**NO_IMAGE, "features": []}, BOTH],
        [
            HELPER,
            {**NATIVE, "users": {"alice": {"space": {"app_type": "CodeEditor", "image": ""}}}},
        ],
    ],
)
def test_aws_has_what_terraform_writes(account: Account, life: list[dict[str, Any]]) -> None:
    for wanted in life:
        written = account.up(wanted)
        held = account.held()
        for member, of_app in written.items():
            # An alias has no value that clears it: Terraform ignores it, and so does CreateApp.
            spec = of_app["DefaultResourceSpec"]
            if ALIAS not in spec:
                held[member]["DefaultResourceSpec"].pop(ALIAS, None)
        assert held == written
        assert account.leftovers(wanted).updates == ()
    assert sorted(account.scripts()) == sorted(account.in_state())


def test_an_alias_is_set_and_removed_with_its_image(account: Account) -> None:
    def alias() -> str | None:
        spec = account.held()["JupyterLabAppSettings"]["DefaultResourceSpec"]
        return spec.get(ALIAS)  # type: ignore[no-any-return]

    account.up(NO_IMAGE)
    assert alias() == VERSION_ALIAS
    account.up(NATIVE)
    merged = account.studio.aws.options.settings_updates == "merge"
    assert alias() == (VERSION_ALIAS if merged else None)
    account.up(NO_IMAGE)
    assert alias() == VERSION_ALIAS


def test_the_preview_lists_what_up_clears(account: Account) -> None:
    account.up(BOTH)
    before = account.held()
    found = account.leftovers(NO_FEATURE)
    assert list(map(str, found.updates)) == [
        "lifecycle configurations, default lifecycle configuration, image version of user profile "
        "alice"
    ]
    assert account.held() == before


def test_without_connect_a_space_loses_its_script_and_once_its_app_ends_remote_access(
    account: Account,
) -> None:
    sagemaker, space = account.studio.sagemaker, account.space
    account.up(HELPER)
    (script,) = account.scripts()
    chosen = {"InstanceType": "ml.m5.large", "LifecycleConfigArn": _script_arn(script)}
    account.studio.update_space(
        "alice",
        RemoteAccess="ENABLED",
        JupyterLabAppSettings={"DefaultResourceSpec": chosen},
    )
    app = account.studio.start("alice", LifecycleConfigArn=_script_arn(script))
    account.up(NO_FEATURE)
    assert (account.scripts(), account.in_state()) == ([script], [])
    (kept,) = account.leftovers(NO_FEATURE).kept
    assert kept.startswith("remote access of space alice stays while its app runs")
    held = sagemaker.describe_space(**space)["SpaceSettings"]
    assert held["RemoteAccess"] == "ENABLED"
    assert held["JupyterLabAppSettings"]["DefaultResourceSpec"] == {"InstanceType": "ml.m5.large"}
    sagemaker.delete_app(**app)
    settle(lambda: str(sagemaker.describe_app(**app)["Status"]))
    account.up(NO_FEATURE)
    assert account.scripts() == []
    assert sagemaker.describe_space(**space)["SpaceSettings"]["RemoteAccess"] == "DISABLED"


def test_a_script_without_the_tag_is_kept(account: Account) -> None:
    account.studio.sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName="studio-ssh-carol",
        StudioLifecycleConfigContent="c3No",
        StudioLifecycleConfigAppType="JupyterLab",
    )
    account.up(NO_FEATURE)
    assert account.scripts() == ["studio-ssh-carol"]


def _script(name: str) -> Resource:
    return Resource(
        kind=KIND,
        address=f"{KIND}.{name}",
        attributes={"studio_lifecycle_config_name": name, "arn": _script_arn(name)},
    )


def _script_arn(name: str) -> str:
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:studio-lifecycle-config/{name.lower()}"


def _resolved(text: str, scripts: Mapping[str, str]) -> str:
    """The text with what Terraform's expressions evaluate to."""
    for address, name in scripts.items():
        text = text.replace(f"${{{KIND}.{address}.arn}}", _script_arn(name))
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
