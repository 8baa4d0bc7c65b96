"""``make setup`` itself: what it does once, what it says, how it ends."""

import ast
import builtins
import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts import setup
from studio.toolchain import provider_mirror, terraform_binary, toolbox
from tests.scripts.test_setup import program, unpacked

SOURCE = Path(setup.__file__).read_text()


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty tools folder; the provider's mirror is named, and PATH holds no Terraform."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setattr(setup, "TOOLS", folder)
    monkeypatch.setattr(setup, "_LAST_MIRROR", folder / "provider-mirror")
    monkeypatch.setenv("STUDIO_PROVIDER_MIRROR", str(unpacked(tmp_path / "mirror")))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return folder


def test_a_step_runs_once_until_what_it_is_made_from_changes(
    tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock, product = tools / "a.lock", tools / "product"
    lock.write_text("1")
    runs: list[str] = []

    def make() -> None:
        runs.append(lock.read_text())
        product.mkdir(exist_ok=True)

    def step() -> None:
        setup._step("a thing", [lock], product, make)

    step()
    assert capsys.readouterr().err == "setup: a thing ...\n"
    step()
    assert capsys.readouterr().err == ""
    assert runs == ["1"]
    lock.write_text("2")
    step()
    product.rmdir()
    step()
    assert runs == ["1", "2", "2"]


def test_a_step_that_failed_runs_again(tools: Path) -> None:
    product = tools / "product"

    def fail() -> None:
        product.mkdir(exist_ok=True)
        raise setup.SetupError("no index")

    setup._step("a thing", [], product, product.mkdir)
    for _ in range(2):
        (tools / "stamps" / "product").write_text("older")
        with pytest.raises(setup.SetupError):
            setup._step("a thing", [], product, fail)
        assert not (tools / "stamps" / "product").exists()


def test_what_was_installed_elsewhere_is_installed_anew(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = tools / "product"

    def install() -> None:
        product.mkdir(exist_ok=True)
        (product / str(len(list(product.iterdir())))).touch()

    setup._step("a thing", [], product, install)
    monkeypatch.setattr("scripts.setup.PROJECT", tools / "moved")
    setup._step("a thing", [], product, install)
    assert [path.name for path in product.iterdir()] == ["0"]


@pytest.mark.parametrize("name", ["terraform", "tofu"])
def test_the_one_on_path_is_chosen(
    tools: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = program(tools.parent / "bin", name, "1.12.0")
    chosen = setup._choose_terraform()
    assert chosen.terraform == str(path)
    assert chosen.cli_config == str(tools / "terraform.rc")
    assert str(tools.parent / "mirror") in (tools / "terraform.rc").read_text()
    assert capsys.readouterr().err == ""


def test_terraform_is_fetched_once(
    tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fetch(folder: Path) -> str:
        binary = folder / terraform_binary.PINNED / "terraform"
        binary.parent.mkdir(parents=True)
        binary.touch()
        return str(binary)

    monkeypatch.setattr(terraform_binary, "fetch", fetch)
    first = setup._choose_terraform()
    assert "as there is none on PATH" in capsys.readouterr().err
    assert Path(first.terraform).is_relative_to(tools)
    assert setup._choose_terraform() == first
    assert capsys.readouterr().err == ""


def test_the_users_own_configuration_is_left_to_them(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tools.parent / "bin", "terraform", "1.12.0")
    own = tools.parent / "own.rc"
    own.touch()
    monkeypatch.delenv("STUDIO_PROVIDER_MIRROR")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(own))
    assert setup._choose_terraform().cli_config is None


@pytest.mark.parametrize(
    "error",
    [
        setup.SetupError("`uv` failed; a Python package index is needed"),
        terraform_binary.NoTerraform("no Terraform on PATH"),
        provider_mirror.BadMirror("STUDIO_PROVIDER_MIRROR = x: no"),
        PermissionError(13, "Permission denied", ".tools"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_cannot_be_done_is_one_line(
    tools: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(setup, "_step", fail)
    assert setup.main([]) == 2
    assert capsys.readouterr().err == f"setup: {error}\n"
    assert not (tools / toolbox._RECORD.name).exists()


def test_a_command_that_fails_says_what_it_printed(
    tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "print('no route'); raise SystemExit(1)"]
    with pytest.raises(setup.SetupError, match=r"failed; an index is needed"):
        setup._run(command, cwd=tools, hint="an index is needed")
    assert capsys.readouterr().err == "  no route\n"


def test_an_older_python_reads_the_file_and_is_refused_before_anything_is_imported() -> None:
    old = SimpleNamespace(
        version_info=(3, 9, 6),
        version="3.9.6 (default)",
        executable="/usr/bin/python3",
        stderr=io.StringIO(),
        exit=sys.exit,
    )

    def only_sys(name: str, *_: Any) -> Any:
        assert name == "sys"
        return old

    ast.parse(SOURCE, feature_version=(3, 7))
    with pytest.raises(SystemExit) as ended:
        exec(SOURCE, {"__builtins__": {**vars(builtins), "__import__": only_sys}})
    assert ended.value.code == 2
    (line,) = old.stderr.getvalue().splitlines()
    assert line.startswith("setup: /usr/bin/python3 is Python 3.9.6: 3.11 or newer is needed")
