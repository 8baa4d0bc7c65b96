"""Removed settings are cleared in AWS, whether an update replaces or merges what it sends."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from catalog.distribution import VERSION_ALIAS
from settings import Settings
from studio.aws import app_settings
from studio.aws.client import Aws
from studio.lifecycle import start_scripts
from studio.lifecycle.removed_settings import RemovedSettings, find_removed_settings
from studio.terraform.state.files import Resource
from studio_emulator.options import SETTINGS_UPDATES
from studio_emulator.server import Emulator
from tests.emulator.samples import READ_IMAGES, document, push
from tests.fixtures import SettingsBuilder, Synth
from tests.samples import content, users_stack
from tests.studio.account import REGION, Studio, client
from tests.studio.conftest import once
from tests.studio.deployed import Deployed

BLOCKS = {
    "jupyter_lab_app_settings": "JupyterLabAppSettings",
    "code_editor_app_settings": "CodeEditorAppSettings",
}
SPEC = {
    "instance_type": "InstanceType",
    "lifecycle_config_arn": "LifecycleConfigArn",
    "sagemaker_image_arn": "SageMakerImageArn",
    "sagemaker_image_version_arn": "SageMakerImageVersionArn",
    "sagemaker_image_version_alias": "SageMakerImageVersionAlias",
}
IMAGE = {
    "image_name": "ImageName",
    "app_image_config_name": "AppImageConfigName",
    "image_version_number": "ImageVersionNumber",
}
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

    studio: Studio
    aws: Aws
    synth: Synth
    build: SettingsBuilder
    deployment: Deployed
    said: list[str] = field(default_factory=list)

    @property
    def alice(self) -> dict[str, str]:
        return {"DomainId": self.studio.domain_id, "UserProfileName": "alice"}

    def held(self) -> dict[str, Any]:
        """Alice's settings of apps, without what stays by itself."""
        described = self.aws.client("sagemaker").describe_user_profile(**self.alice)
        found = described.get("UserSettings", {})
        return {member: _filled(found.get(member, {})) for member in BLOCKS.values()}

    def synthesize(self, wanted: dict[str, Any]) -> tuple[Settings, dict[str, Any]]:
        settings = self.build(name="ours", **{"users": {"alice": {}}, **wanted})
        key = settings.model_dump_json()
        if key not in _TEMPLATES:
            contents = [content("a", 1), content("b", 2)]
            _TEMPLATES[key] = json.dumps(self.synth(users_stack(settings, *contents)))
        (self.deployment.out / "cdk.tf.json").write_text(_TEMPLATES[key])
        return settings, json.loads(_TEMPLATES[key])["resource"]

    def leftovers(self, wanted: dict[str, Any]) -> RemovedSettings:
        settings, _ = self.synthesize(wanted)
        return find_removed_settings(settings, self.deployment, self.aws)

    def up(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Clear what is left over and apply; the settings of apps that Terraform writes."""
        settings, resources = self.synthesize(wanted)
        for update in find_removed_settings(settings, self.deployment, self.aws).updates:
            app_settings.send(self.aws, update, self.said.append)
        start_scripts.keep_used_scripts(self.deployment, self.aws)
        written = self.apply(resources)
        start_scripts.delete_unused_scripts(settings, self.deployment, self.aws)
        return written

    def apply(self, resources: dict[str, Any]) -> dict[str, Any]:
        sagemaker = self.aws.client("sagemaker")
        scripts = {
            address: script["studio_lifecycle_config_name"]
            for address, script in resources.get(KIND, {}).items()
        }
        state = {one.attributes["studio_lifecycle_config_name"] for one in self.in_state()}
        for name in set(scripts.values()) - state:
            sagemaker.create_studio_lifecycle_config(
                StudioLifecycleConfigName=name,
                StudioLifecycleConfigContent="c3No",
                StudioLifecycleConfigAppType="JupyterLab",
                Tags=[{"Key": "StudioDeployment", "Value": "ours"}],
            )
        (profile,) = (
            one
            for one in resources["aws_sagemaker_user_profile"].values()
            if one["user_profile_name"] == "alice"
        )
        blocks = json.loads(_resolved(json.dumps(profile["user_settings"]), scripts))
        written = {member: _in_api_names(blocks[block]) for block, member in BLOCKS.items()}
        sent = json.loads(json.dumps(written))
        for member, held in self.held().items():
            spec = sent[member]["DefaultResourceSpec"]
            spec.pop(ALIAS, None)
            if alias := held.get("DefaultResourceSpec", {}).get(ALIAS):
                spec[ALIAS] = alias
        sagemaker.update_user_profile(**self.alice, UserSettings=sent)
        _settle(lambda: sagemaker.describe_user_profile(**self.alice))
        for name in state - set(scripts.values()):
            sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName=name)
        self.deployment.state["users"] = [_script(name) for name in scripts.values()]
        return written

    def in_state(self) -> list[Resource]:
        return [one for one in self.deployment.state["users"] if one.kind == KIND]

    def scripts(self) -> list[str]:
        listed = self.aws.client("sagemaker").list_studio_lifecycle_configs()
        return [one["StudioLifecycleConfigName"] for one in listed["StudioLifecycleConfigs"]]


KIND = "aws_sagemaker_studio_lifecycle_config"
ALIAS = "SageMakerImageVersionAlias"
ARNS = f"arn:aws:sagemaker:{REGION}:123456789012"


@pytest.fixture(params=SETTINGS_UPDATES)
def account(
    request: pytest.FixtureRequest,
    entered: Emulator,
    tmp_path: Path,
    synth: Synth,
    settings: SettingsBuilder,
) -> Account:
    studio = once(entered, "studio with images", lambda: studio_with_images(entered))
    entered.options.update({"settings_updates": request.param})
    deployment = DeployedUsers(
        out=tmp_path, report=lambda _: None, state={"users": []}, domain_id=studio.domain_id
    )
    return Account(
        studio=studio, aws=Aws(REGION), synth=synth, build=settings, deployment=deployment
    )


def studio_with_images(entered: Emulator) -> Studio:
    """A domain with the user alice and the image lab-slim in two versions."""
    studio = Studio.create(entered, "ours", "10.0")
    sagemaker = client(entered, "sagemaker")
    policy = {"PolicyName": "pull", "PolicyDocument": document(READ_IMAGES)}
    client(entered, "iam").put_role_policy(RoleName="ours", **policy)
    sagemaker.create_image(ImageName="lab-slim", RoleArn=studio.role)
    for number in (1, 2):
        _settle(lambda: sagemaker.describe_image(ImageName="lab-slim"), "ImageStatus")
        base = push(entered, "lab/slim", str(number))
        sagemaker.create_image_version(
            ImageName="lab-slim", BaseImage=base, ClientToken=str(number) * 36
        )
        _settle(
            lambda: sagemaker.describe_image_version(ImageName="lab-slim"), "ImageVersionStatus"
        )
    sagemaker.create_app_image_config(
        AppImageConfigName="lab-slim-jupyterlab", JupyterLabAppImageConfig={}
    )
    studio.user("alice")
    studio.space("alice", "alice", run=False)
    return studio


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
        assert account.leftovers(wanted).changes == []
    assert sorted(account.scripts()) == sorted(
        one.attributes["studio_lifecycle_config_name"] for one in account.in_state()
    )


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


def test_a_second_run_clears_nothing(account: Account) -> None:
    account.up(BOTH)
    account.said.clear()
    before = account.held()
    account.up(BOTH)
    assert account.said == []
    assert account.held() == before


def test_the_preview_lists_what_up_clears(account: Account) -> None:
    account.up(BOTH)
    before = account.held()
    found = account.leftovers(NO_FEATURE)
    assert found.changes == [
        "clears lifecycle configurations, default lifecycle configuration, image version "
        "of user profile alice"
    ]
    assert account.held() == before


def test_without_connect_spaces_lose_remote_access_and_script(
    account: Account,
) -> None:
    sagemaker, space = account.aws.client("sagemaker"), {"SpaceName": "alice"}
    space["DomainId"] = account.studio.domain_id
    account.up(HELPER)
    (script,) = account.scripts()
    chosen = {"InstanceType": "ml.m5.large", "LifecycleConfigArn": _script_arn(script)}
    sagemaker.update_space(
        **space,
        SpaceSettings={
            "RemoteAccess": "ENABLED",
            "JupyterLabAppSettings": {"DefaultResourceSpec": chosen},
        },
    )
    _settle(lambda: sagemaker.describe_space(**space))
    account.up(NO_FEATURE)
    held = sagemaker.describe_space(**space)["SpaceSettings"]
    assert held["RemoteAccess"] == "DISABLED"
    assert held["JupyterLabAppSettings"]["DefaultResourceSpec"] == {"InstanceType": "ml.m5.large"}
    assert account.scripts() == []


def test_remote_access_and_the_script_of_a_running_app_are_kept(account: Account) -> None:
    sagemaker = account.aws.client("sagemaker")
    space = {"SpaceName": "alice", "DomainId": account.studio.domain_id}
    account.up(HELPER)
    (script,) = account.scripts()
    sagemaker.update_space(**space, SpaceSettings={"RemoteAccess": "ENABLED"})
    _settle(lambda: sagemaker.describe_space(**space))
    app = {**space, "AppType": "JupyterLab", "AppName": "default"}
    sagemaker.create_app(
        **app,
        ResourceSpec={
            "InstanceType": "ml.t3.large",
            "SageMakerImageArn": f"{ARNS}:image/lab-slim",
            "LifecycleConfigArn": _script_arn(script),
        },
    )
    _settle(lambda: sagemaker.describe_app(**app))
    account.up(NO_FEATURE)
    assert account.scripts() == [script]
    assert account.in_state() == []
    (kept,) = account.leftovers(NO_FEATURE).kept
    assert kept.startswith("remote access of space alice stays while its app runs")
    sagemaker.delete_app(**app)
    _settle(lambda: sagemaker.describe_app(**app), wanted="Deleted")
    account.up(NO_FEATURE)
    assert account.scripts() == []
    assert sagemaker.describe_space(**space)["SpaceSettings"]["RemoteAccess"] == "DISABLED"


def test_a_script_without_the_tag_is_kept(account: Account) -> None:
    account.aws.client("sagemaker").create_studio_lifecycle_config(
        StudioLifecycleConfigName="ours-ssh-carol",
        StudioLifecycleConfigContent="c3No",
        StudioLifecycleConfigAppType="JupyterLab",
    )
    account.up(NO_FEATURE)
    assert account.scripts() == ["ours-ssh-carol"]


def _script(name: str) -> Resource:
    return Resource(
        kind=KIND,
        address=f"{KIND}.{name}",
        attributes={"studio_lifecycle_config_name": name, "arn": _script_arn(name)},
    )


def _script_arn(name: str) -> str:
    return f"{ARNS}:studio-lifecycle-config/{name.lower()}"


def _resolved(text: str, scripts: Mapping[str, str]) -> str:
    """The text with what Terraform's expressions evaluate to."""
    for address, name in scripts.items():
        text = text.replace(f"${{{KIND}.{address}.arn}}", _script_arn(name))
    versions = r'\$\{replace\(\\"([^"]*)\\", \\":image/\\", \\":image-version/\\"\)\}'
    return re.sub(versions, lambda match: match[1].replace(":image/", ":image-version/"), text)


def _in_api_names(block: Mapping[str, Any]) -> dict[str, Any]:
    images = [
        {IMAGE[key]: value for key, value in one.items()} for one in block.get("custom_image", ())
    ]
    spec = {SPEC[key]: value for key, value in block["default_resource_spec"].items()}
    scripts = block.get("lifecycle_config_arns", [])
    return _filled(
        {"CustomImages": images, "DefaultResourceSpec": spec, "LifecycleConfigArns": scripts}
    )


def _filled(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {member: value for member, value in settings.items() if value}


def _settle(describe: Any, member: str = "Status", *, wanted: str = "") -> None:
    for _ in range(2000):
        status = describe()[member]
        if status == wanted or (not wanted and status in ("InService", "CREATED")):
            return
    raise AssertionError(describe())
