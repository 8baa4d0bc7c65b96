"""The search for a mirror of the AWS provider."""

import shutil
from pathlib import Path

import pytest

from studio.toolchain import provider_mirror
from tests.studio.toolchain.samples import unpacked


def test_a_named_folder_without_the_provider_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_PROVIDER_MIRROR", str(tmp_path))
    with pytest.raises(provider_mirror.BadMirror, match="STUDIO_PROVIDER_MIRROR = "):
        provider_mirror.find()


def test_the_search_ignores_folders_that_others_can_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STUDIO_PROVIDER_MIRROR", raising=False)
    (tmp_path / "open" / "plugins").mkdir(parents=True)
    unpacked(tmp_path / "open" / "plugins")
    assert provider_mirror.find(tmp_path) == tmp_path / "open" / "plugins"
    (tmp_path / "open").chmod(0o777)
    assert provider_mirror.find(tmp_path) is None


def test_the_search_has_a_time_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STUDIO_PROVIDER_MIRROR", raising=False)
    unpacked(tmp_path / "a" / "b")
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    assert provider_mirror.find(tmp_path / "a") == tmp_path / "a" / "b"  # after 8 s
    clock = iter(range(0, 1000, 4))
    assert provider_mirror.find(tmp_path) is None


def test_the_mirror_of_the_last_run_is_used_while_it_has_the_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STUDIO_PROVIDER_MIRROR", raising=False)
    found, known = unpacked(tmp_path / "root" / "found"), unpacked(tmp_path / "known")
    assert provider_mirror.find(tmp_path / "root", known=known) == known
    shutil.rmtree(known)
    assert provider_mirror.find(tmp_path / "root", known=known) == found
    monkeypatch.setenv("STUDIO_PROVIDER_MIRROR", "none")
    assert provider_mirror.find(tmp_path / "root", known=found) is None


def test_the_cli_configuration_names_only_hosts_of_the_mirror(tmp_path: Path) -> None:
    text = provider_mirror.cli_config(unpacked(tmp_path))
    assert text.count('["registry.terraform.io/hashicorp/aws"]') == 2
    assert "opentofu" not in text
    (tmp_path / "registry.opentofu.org").mkdir()
    assert "registry.opentofu.org/hashicorp/aws" in provider_mirror.cli_config(tmp_path)
