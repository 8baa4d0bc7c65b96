"""The recorded choice of tools, and their environment."""

import sys
from pathlib import Path

import pytest

from scripts import driver
from scripts.cdktf import main as cdktf
from studio.toolchain import toolbox
from studio.toolchain.toolbox import Toolbox
from tests.commands import write_program


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recorded Terraform."""
    monkeypatch.setattr(toolbox, "TOOLS", tmp_path)
    monkeypatch.setattr(toolbox, "_RECORD", tmp_path / "toolbox.json")
    terraform = write_program(tmp_path / "terraform", "#!/bin/sh\n")
    Toolbox(terraform=str(terraform), cli_config=None).save()
    return terraform


def test_load_returns_the_saved_choice_while_terraform_exists(recorded: Path) -> None:
    assert Toolbox.load() == Toolbox(terraform=str(recorded), cli_config=None)
    recorded.unlink()
    with pytest.raises(FileNotFoundError):
        Toolbox.load()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"terraform": "terraform"}'])
@pytest.mark.usefixtures("recorded")
def test_load_refuses_a_malformed_record(tmp_path: Path, content: str) -> None:
    (tmp_path / "toolbox.json").write_text(content)
    with pytest.raises(FileNotFoundError):
        Toolbox.load()


@pytest.mark.parametrize("missing", ["Terraform", "node_modules"])
def test_cdktf_names_the_command_that_installs_missing_tools(
    missing: str,
    recorded: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if missing == "Terraform":
        recorded.unlink()
    else:
        monkeypatch.setattr(toolbox, "NODE_MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(sys, "argv", ["cdktf", "--version"])
    assert driver.run("cdktf", cdktf) == 2
    assert capsys.readouterr().err == f"cdktf: {toolbox.MISSING}\n"


@pytest.mark.parametrize("options", ["", "--max-old-space-size=4096"])
def test_node_prints_no_deprecation_warnings(options: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_OPTIONS", options)
    values = toolbox.environment(Toolbox(terraform="terraform", cli_config=None))
    assert values["NODE_OPTIONS"].split() == [*options.split(), "--no-deprecation"]


def test_terraform_ignores_variables_for_other_states_and_flags(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("TF_WORKSPACE", "TF_DATA_DIR", "TF_CLI_ARGS", "TF_CLI_ARGS_apply"):
        monkeypatch.setenv(name, "other")
    monkeypatch.setenv("TF_PLUGIN_CACHE_DIR", "cache")
    values = toolbox.environment(Toolbox(terraform="terraform", cli_config=None))
    assert {name for name in values if name.startswith("TF_")} == {"TF_PLUGIN_CACHE_DIR"}
