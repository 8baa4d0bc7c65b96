"""Valid files, and the path of the settings file."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session
from pydantic import ValidationError

from catalog.endpoint_services import services
from catalog.regions import REGIONS
from settings import Feature, NetworkSettings, Settings, load
from settings.paths import PROJECT
from tests.settings.conftest import Write

EVERYTHING = """
name = "ml-lab"
region = "eu-central-1"
features = ["connect", "legacy-agent"]
tags = { Team = "Vision é/1", "cost:centre" = "" }

[network]
cidr = "100.64.16.0/20"
zones = 6
endpoint_zones = 1
flow_logs = false
flow_log_days = 3653

[domain]
auth = "SSO"
source_identity = false
retention = "Delete"
kms = "arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"

[role]
buckets = ["team-data", "a.b.c"]
permissions_boundary = "arn:aws:iam::111122223333:policy/teams/Boundary"

[ecr]
keep_images = 1000
force_delete = true

[image.slim]
enabled = false

[image.full]
app_types = ["KernelGateway", "CodeEditor"]
display_name = "Full"
description = "Everything"
build_args = { PYTHON = "3.12" }
entrypoint = ["/usr/local/bin/start"]
arguments = ["--flag", "a b"]
environment = { LANG = "C.UTF-8", EMPTY = "" }
version = 3
keep_versions = 1000

[defaults]
app_types = ["CodeEditor"]
idle_minutes = 525600
connect = "ssh-helper"
space = { app_type = "CodeEditor", volume_gb = 16384 }

[users.alice]
sso_user = "alice@example.com"
idle_minutes = 60
versions = { full = "0123456789abcdef" }
connect = "native"
space = { instance_type = "ml.m5.large", image = "SageMaker", volume_gb = 5 }

[users.Bob-2]
sso_user = "bob"
images = []
connect = "native"

[state]
bucket = "team-state"
key_prefix = "studios/lab"
region = "eu-west-1"
kms_key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
"""


def test_the_settings_have_every_key_of_the_file(write: Write, images: Path) -> None:
    settings = load(write(EVERYTHING), images=images)
    assert settings.model_dump(mode="json", exclude_unset=True) == tomllib.loads(EVERYTHING)


def test_the_value_of_a_user_overrides_the_default(write: Write, images: Path) -> None:
    settings = load(write(EVERYTHING), images=images)
    assert list(settings.images) == ["full"]
    assert [settings.idle_minutes(user) for user in settings.users] == [60, 525600]
    assert [settings.user_images(user) for user in settings.users] == [["full"], []]


def test_a_user_without_keys_has_all_defaults(write: Write, images: Path) -> None:
    settings = load(write("[users.alice]"), images=images)
    defaults = {**Settings().model_dump(), "users": settings.model_dump()["users"]}
    assert settings.model_dump() == defaults
    assert list(settings.images) == ["slim"]


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfname = 'lab'\n", b"name = 'lab'\r\n"])
def test_files_from_windows_editors_are_read(content: bytes, write: Write, images: Path) -> None:
    assert load(write(content + b"[users.alice]"), images=images).name == "lab"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().network.zones = 3


def test_the_argument_precedes_the_variable_and_studio_toml(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    argument = tmp_path / "argument.toml"
    argument.write_text('name = "argument"\n[users.alice]')
    monkeypatch.setenv("STUDIO_CONFIG", str(write('name = "variable"\n[users.alice]')))
    assert load(argument).name == "argument"
    assert load().name == "variable"
    monkeypatch.setenv("STUDIO_CONFIG", "")
    monkeypatch.chdir(tmp_path)
    assert load() == load(PROJECT / "studio.toml")


def test_the_regions_are_those_of_sagemaker_in_botocore() -> None:
    session = Session()
    for partition, regions in REGIONS.items():
        found = session.get_available_regions("sagemaker", partition_name=partition)
        assert list(regions) == sorted(found)


def test_loading_imports_no_slow_package() -> None:
    program = (
        "import sys, settings; settings.Settings(); "
        "print(sorted({'botocore', 'boto3', 'cdktf', 'jsii', 'modules', 'stacks', 'scripts'} "
        "& set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, cwd=PROJECT
    )
    assert (shown.stdout, shown.stderr) == ("[]\n", "")


def test_the_names_of_existing_endpoints_are_those_of_the_features() -> None:
    features = (Feature.CONNECT,)
    needed = services(features)
    named: dict[Any, tuple[str, ...]] = {
        "create": (),
        "existing": needed,
        ("kms", "sts", "ssm"): ("ssm", "sts"),
    }
    for choice, existing in named.items():
        network = NetworkSettings(
            vpc_id="vpc-0123abcd", subnet_ids=("subnet-0123abcd",), endpoints=choice
        )
        assert network.existing_endpoints(features) == existing
