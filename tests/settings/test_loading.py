"""The settings of a file, the file that is loaded, and the problems of several files."""

import sys
import tomllib
from pathlib import Path

import pytest

from settings import Settings, SettingsError, load
from settings.errors import show
from settings.loading import of_deployment
from settings.paths import PROJECT
from studio.processes.children import captured
from tests.settings.samples import loaded, message, people, refusal, write, wrong

URI = f"111122223333.dkr.ecr.us-east-1.amazonaws.com/team/lab@sha256:{'0' * 64}"
EVERYTHING = """
name = "ml-lab"
region = "eu-central-1"
features = ["connect", "legacy-agent"]
tags = { Team = "Vision é/1", "cost:centre" = "" }

[network]
cidr = "100.64.16.0/23"
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


def test_the_settings_have_every_key_of_the_file(tmp_path: Path) -> None:
    settings = loaded(write(tmp_path, EVERYTHING))
    assert settings.model_dump(mode="json", exclude_unset=True) == tomllib.loads(EVERYTHING)


def test_a_user_without_keys_has_all_defaults(tmp_path: Path) -> None:
    settings = loaded(write(tmp_path, "[users.alice]"))
    defaults = {**Settings().model_dump(), "users": settings.model_dump()["users"]}
    assert settings.model_dump() == defaults
    assert list(settings.images) == ["slim"]


@pytest.mark.parametrize("content", ["", "# nothing yet\n", 'name = "lab"', "[users]"])
def test_settings_without_a_user_are_refused(content: str) -> None:
    assert message(content) == "no user; add one as a table, such as [users.alice]"


WRONG_FOLDERS = {
    f"needs a folder image/{name} with a Dockerfile; there are: full, slim": [
        f"image.{name} = {{}}"
    ]
    for name in ("gone", "notes")
}
SAME_NAME = (
    f'image.slim.uri = "{URI}"',
    f"image.slim.uri = {show(URI)}: not for an image with a folder image/slim; choose another name",
)


@pytest.mark.parametrize(("content", "line"), [*wrong(WRONG_FOLDERS), SAME_NAME])
def test_an_image_has_either_a_folder_or_a_uri(content: str, line: str) -> None:
    assert message(content) == line


def test_the_argument_precedes_the_variable_and_studio_toml(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    argument = tmp_path / "argument.toml"
    argument.write_text('name = "argument"\n[users.alice]')
    monkeypatch.setenv("STUDIO_CONFIG", str(write(tmp_path, 'name = "variable"\n[users.alice]')))
    assert load(argument).name == "argument"
    assert load().name == "variable"
    monkeypatch.setenv("STUDIO_CONFIG", "")
    monkeypatch.chdir(tmp_path)
    assert load() == load(PROJECT / "studio.toml")


def test_loading_imports_no_slow_package() -> None:
    program = (
        "import sys, settings; settings.Settings(); "
        "print(sorted({'botocore', 'boto3', 'cdktf', 'jsii', 'modules', 'stacks', 'scripts'} "
        "& set(sys.modules)))"
    )
    shown = captured([sys.executable, "-c", program], cwd=PROJECT, seconds=60)
    assert (shown.stdout, shown.stderr) == ("[]\n", "")


@pytest.mark.parametrize(
    ("lines", "beginning", "end"),
    [
        pytest.param(
            "name,idle_minutes\nu2,5\nu3\nu4,1 h\n,60\n",
            "line 2: users.u2.idle_minutes = 5: ",
            "(and 3 more; lines 3, 4, 5)",
            id="of the file and of values, in the order of the lines",
        ),
        pytest.param(
            "name,idle_minutes\n"
            + "".join(f"u{n},{'10' if n % 20 == 7 else '60'}\n" for n in range(200)),
            "line 9: users.u7.idle_minutes = 10: a whole number",
            "(and 9 more; lines 29, 49, 69, 89, 109, 129, 149, 169, 189)",
            id="the number of errors",
        ),
        pytest.param(
            "name,idle_minutes\n" + "".join(f"u{n},1\n" for n in range(200)),
            "line 2: users.u0.idle_minutes = 1: ",
            f"(and 199 more; lines {', '.join(map(str, range(3, 33)))}, ...)",
            id="the list of lines is cut",
        ),
    ],
)
def test_the_first_wrong_line_of_a_csv_file_precedes_the_numbers_of_others(
    tmp_path: Path, lines: str, beginning: str, end: str
) -> None:
    path = people(tmp_path, lines)
    found = refusal(path)
    assert found.startswith(f"{path.with_name('people.csv')}, {beginning}")
    assert found.endswith(end)


def test_errors_in_the_settings_precede_errors_in_the_csv_file(tmp_path: Path) -> None:
    path = people(tmp_path, "name,group\nbob\n,vision\n")
    path.write_text(f"region = 5\n{path.read_text()}")
    found = refusal(path)
    assert found.startswith(f"{path}: region = 5: ")
    assert found.endswith("(and 2 more; lines 2, 3)")


def test_an_invalid_deployment_or_region_is_refused() -> None:
    assert of_deployment("lab", "eu-west-1", {"alice": {}}).name == "lab"
    with pytest.raises(SettingsError) as raised:
        of_deployment("lab", "mars")
    assert str(raised.value) == (
        '--deployment, --region: region = "mars": a region that offers SageMaker, such as '
        "us-east-1 or eu-central-1"
    )
