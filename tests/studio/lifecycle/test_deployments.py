"""Each settings file has a deployment of its own, in a folder beside it."""

import json
import os
import shutil
from functools import partial
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from catalog.names import DEPLOYMENT_TAG
from scripts import cli, pause
from settings import load
from settings.paths import PROJECT
from studio.lifecycle import deployments
from studio.lifecycle.deployments import KnownDeployment, default_out, known
from tests.commands import output_of
from tests.studio.states import state_of


def write_state(folder: Path, name: str) -> None:
    """A state in the folder that holds a VPC of the deployment."""
    folder.mkdir(parents=True, exist_ok=True)
    attributes = {
        "id": "vpc-1",
        "arn": "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1",
        "tags_all": {DEPLOYMENT_TAG: name},
    }
    (folder / "terraform.network.tfstate").write_text(state_of("aws_vpc", attributes))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with studio.toml and teams/vision.toml; the latter is in use."""
    (tmp_path / "studio.toml").write_text("[users.alice]\n")
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams" / "vision.toml").write_text('name = "vision"\n[users.alice]\n')
    monkeypatch.setattr(deployments, "PROJECT", tmp_path)
    monkeypatch.setattr(deployments, "STUDIO_TOML", tmp_path / "studio.toml")
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "teams" / "vision.toml"))
    return tmp_path


def test_studio_toml_is_deployed_in_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_CONFIG", str(project / "studio.toml"))
    assert default_out(load()) == project / "cdktf.out"


@pytest.mark.parametrize(
    ("states", "studio_toml", "folder"),
    [
        ({"": "studio"}, "[users.alice]\n", "teams/vision.studio"),
        # An earlier version kept it there.
        ({"": "vision"}, "[users.alice]\n", ""),
        # It may be that of studio.toml, which has the same name, or none that can be read.
        ({"": "vision"}, 'name = "vision"\n[users.bob]\n', "teams/vision.studio"),
        ({"": "vision"}, "name = 3\n", "teams/vision.studio"),
        ({"": "vision", "teams/vision.studio": "vision"}, "[users.alice]\n", "teams/vision.studio"),
    ],
)
def test_a_deployment_is_beside_its_settings_file_unless_its_state_is_in_the_project(
    project: Path, states: dict[str, str], studio_toml: str, folder: str
) -> None:
    (project / "studio.toml").write_text(studio_toml)
    for where, name in states.items():
        write_state(project / where, name)
    assert default_out(load()) == project / folder / "cdktf.out"


@pytest.mark.parametrize("flags", [[], ["--out", "elsewhere/cdktf.out"]])
def test_a_command_works_in_the_folder_of_the_file_that_it_names(
    project: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str]
) -> None:
    run = MagicMock(return_value=0)
    monkeypatch.setattr(pause, "run", run)
    monkeypatch.setenv("STUDIO_CONFIG", str(project / "studio.toml"))
    monkeypatch.chdir(project)
    assert cli.main(["--config", "teams/vision.toml", "pause", *flags]) == 0
    args, settings = run.call_args.args
    assert settings.name == "vision"
    own = project / "teams" / "vision.studio" / "cdktf.out"
    assert args.out == (Path(flags[1]) if flags else own)


def test_known_deployments(project: Path) -> None:
    write_state(project, "studio")
    write_state(project / "teams" / "vision.studio", "vision")
    (project / "teams" / "audio.studio").mkdir()
    (project / "teams" / "audio.toml").write_text(
        'name = "audio"\nregion = "eu-west-1"\nstate.bucket = "team-state"\n[users.bob]\n'
    )
    write_state(project / "broken.studio", "old")
    (project / "broken.toml").write_text("name = 3\n")
    (project / "build" / "copy.studio").mkdir(parents=True)
    (project / "build" / "copy.toml").write_text("")
    described = partial(KnownDeployment, region="us-east-1", resources=1)
    assert known(project) == [
        described(file="studio.toml", name="studio", state=str(project)),
        described(
            file="broken.toml",
            name="old",
            state=str(project / "broken.studio"),
            problem="name = 3: 2 to 20 of a-z, 0-9 and single '-', a letter first, no '-' last, "
            "not sg or sg-...",
        ),
        KnownDeployment(
            file="teams/audio.toml",
            name="audio",
            region="eu-west-1",
            state="s3://team-state/studio",
            resources=None,
        ),
        described(
            file="teams/vision.toml", name="vision", state=str(project / "teams" / "vision.studio")
        ),
    ]


def test_the_named_settings_are_listed_once_also_outside_the_checkout(
    project: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "lab.toml"
    outside.write_text('name = "lab"\n[users.alice]\n')
    write_state(outside.with_suffix(".studio"), "lab")
    write_state(project / "teams" / "vision.studio", "vision")
    listed = ["studio.toml", "teams/vision.toml"]
    for named, more in (
        (outside, [str(outside)]),
        (project / "studio.toml", []),
        (project / "teams" / ".." / "teams" / "vision.toml", []),
    ):
        found = known(project, named)
        assert [one.file for one in found] == [*listed, *more]
    assert known(project, outside)[-1].resources == 1
    absent = outside.with_name("absent.toml")
    assert "no such file" in known(project, absent)[-1].problem
    assert cli.main(["--config", str(outside), "list", "--json"]) == 0
    assert str(outside) in [one["file"] for one in json.loads(capsys.readouterr().out)]


def test_a_state_of_another_region_is_reported(project: Path) -> None:
    (project / "studio.toml").write_text('region = "eu-west-1"\n[users.alice]\n')
    write_state(project, "studio")
    (own,) = known(project)
    assert (own.region, own.resources) == ("eu-west-1", 1)
    assert own.problem == (
        f'region = "eu-west-1", but the state in {project} holds "studio" in us-east-1'
    )


def test_a_damaged_state_is_reported_with_the_command_of_its_own_deployment(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    vision = project / "teams" / "vision.toml"
    write_state(vision.with_suffix(".studio"), "vision")
    state = vision.with_suffix(".studio") / "terraform.domain.tfstate"
    state.write_text('{"version": 4, "resour')
    monkeypatch.setattr(deployments.known, "__defaults__", (project, None))
    assert cli.main(["list"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith(f"teams/vision.toml: {state}: not a Terraform state: ")
    assert line.endswith(f"delete it and run `studio --config {vision} state adopt`")
    assert known(project)[1].resources == 1


def test_a_state_of_other_settings_in_the_project_is_reported(project: Path) -> None:
    write_state(project, "vision")
    own, earlier = known(project)
    assert (own.file, own.name, own.resources) == ("studio.toml", "studio", 0)
    assert earlier == KnownDeployment(
        file="?",
        name="vision",
        region="us-east-1",
        state=str(project),
        resources=1,
        problem=f'the state in {project} belongs to settings with name = "vision": name their '
        "file with --config",
    )


def test_git_ignores_states(project: Path) -> None:
    shutil.copy(PROJECT / ".gitignore", project)
    for folder in (project, default_out(load()).parent):
        write_state(folder, "studio")
    for words in (["init", "-q"], ["add", "."], ["ls-files"]):
        printed = output_of(["git", *words], env=os.environ, cwd=project)
    assert printed.split() == [".gitignore", "studio.toml", "teams/vision.toml"]
