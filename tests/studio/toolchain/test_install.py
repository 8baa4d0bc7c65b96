"""The steps of `make setup`."""

import os
import sys
from pathlib import Path

import pytest

from settings.paths import PROJECT
from studio.toolchain import install, terraform_binary, toolbox
from tests.commands import output_of, write_program
from tests.studio.toolchain.samples import program, unpacked


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty tools folder, a mirror of the provider, and a PATH without Terraform."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setattr(install, "TOOLS", folder)
    monkeypatch.setattr(install, "_LAST_MIRROR", folder / "provider-mirror")
    monkeypatch.setenv("STUDIO_PROVIDER_MIRROR", str(unpacked(tmp_path / "mirror")))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return folder


def test_a_step_runs_again_if_its_inputs_change(
    tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock, product = tools / "a.lock", tools / "product"
    lock.write_text("1")
    runs: list[str] = []

    def make() -> None:
        runs.append(lock.read_text())
        product.mkdir(exist_ok=True)

    def step() -> None:
        install._step("a tool", [lock], product, make)

    step()
    assert capsys.readouterr().err == "setup: a tool ...\n"
    step()
    assert capsys.readouterr().err == ""
    assert runs == ["1"]
    lock.write_text("2")
    step()
    product.rmdir()
    step()
    assert runs == ["1", "2", "2"]


def test_a_failed_step_runs_again(tools: Path) -> None:
    product = tools / "product"

    def fail() -> None:
        product.mkdir(exist_ok=True)
        raise install.SetupError("no index")

    install._step("a tool", [], product, product.mkdir)
    for _ in range(2):
        (tools / "stamps" / "product").write_text("older")
        with pytest.raises(install.SetupError):
            install._step("a tool", [], product, fail)
        assert not (tools / "stamps" / "product").exists()


def test_a_product_of_another_folder_is_replaced(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = tools / "product"

    def made() -> None:
        product.mkdir(exist_ok=True)
        (product / str(len(list(product.iterdir())))).touch()

    install._step("a tool", [], product, made)
    monkeypatch.setattr("studio.toolchain.install.PROJECT", tools / "moved")
    install._step("a tool", [], product, made)
    assert [path.name for path in product.iterdir()] == ["0"]


@pytest.mark.parametrize("name", ["terraform", "tofu"])
def test_terraform_on_path_is_chosen(
    tools: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = program(tools.parent / "bin", name, "1.12.0")
    chosen = install._choose_terraform()
    assert chosen.terraform == str(path)
    assert chosen.cli_config == str(tools / "terraform.rc")
    assert str(tools.parent / "mirror") in (tools / "terraform.rc").read_text()
    assert capsys.readouterr().err == ""


def test_terraform_is_downloaded_once(
    tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fetch(folder: Path) -> str:
        binary = folder / terraform_binary.PINNED / "terraform"
        binary.parent.mkdir(parents=True)
        binary.touch()
        return str(binary)

    monkeypatch.setattr(terraform_binary, "download", fetch)
    first = install._choose_terraform()
    assert "as PATH has none that is new enough" in capsys.readouterr().err
    assert Path(first.terraform).is_relative_to(tools)
    assert install._choose_terraform() == first
    assert capsys.readouterr().err == ""


def test_the_users_cli_configuration_is_used_if_it_exists(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tools.parent / "bin", "terraform", "1.12.0")
    own = tools.parent / "own.rc"
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(own))
    (tools / "provider-mirror").write_text(os.environ["STUDIO_PROVIDER_MIRROR"])
    monkeypatch.delenv("STUDIO_PROVIDER_MIRROR")
    assert install._choose_terraform().cli_config == str(tools / "terraform.rc")
    own.touch()
    assert install._choose_terraform().cli_config is None


def test_a_failed_command_prints_its_output(
    tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "print('no route'); raise SystemExit(1)"]
    with pytest.raises(install.SetupError, match=r"failed; an index is needed"):
        install._run(command, cwd=tools, hint="an index is needed")
    assert capsys.readouterr().err == "  no route\n"


def test_packages_are_compiled_but_not_the_bindings(tools: Path) -> None:
    write_program(tools / "uv" / "bin" / "uv", "#!/bin/sh\n")
    for package in ("boto3", "cdktf_cdktf_provider_aws", "invalid"):
        (tools / "lib" / package).mkdir(parents=True)
        (tools / "lib" / package / "__init__.py").write_text("(" if package == "invalid" else "")
    install._sync(tools, tools)
    compiled = (tools / "lib").glob("*/__pycache__/__init__.*.pyc")
    assert [path.parts[-3] for path in compiled] == ["boto3"]


def test_setup_has_warmed_the_cache_of_jsii() -> None:
    """Without the index, reading the types takes two thirds of a synthesis."""
    assert list(toolbox.JSII_CACHE.glob("@cdktf/provider-aws/*/*/.jsii.runtime.v*.json"))


def test_setup_imports_only_the_standard_library() -> None:
    """It runs before the virtual environment exists."""
    program = "import sys; sys.path.insert(0, sys.argv[1]); import scripts.setup"
    command = [sys.executable, "-S", "-I", "-c", program, str(PROJECT)]
    assert output_of(command, env=os.environ) == ""
