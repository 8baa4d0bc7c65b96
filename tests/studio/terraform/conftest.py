"""Deployments in temporary folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from studio.terraform.initialization import Initialization
from studio.terraform.runner import Terraform
from studio.terraform.shared_provider import REATTACH
from studio.terraform.state.folder import Folder
from studio_emulator.server import Emulator
from tests.studio.terraform.clone import Clone, Synthesized
from tests.studio.terraform.initializing import IN_STATE, PACKAGE, Command


@pytest.fixture
def clone(entered: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "studio.toml"))
    monkeypatch.setattr("scripts.state.Deployment", Synthesized)
    entered.client("s3").create_bucket(Bucket="team-state")
    return Clone(tmp_path)


@pytest.fixture
def initialize(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """A command; returns the folders in which it installs the provider, a link to a mirror."""
    monkeypatch.delenv(REATTACH, raising=False)
    mirror, found = tmp_path / "mirror", list[str]()
    mirror.mkdir()
    (mirror / "terraform-provider-aws").touch()

    def init(_: Terraform, folder: Path, words: Sequence[str], provider: object = None) -> None:
        data = folder / ".terraform"
        data.mkdir(exist_ok=True)
        (data / "terraform.tfstate").write_text("{}")
        if provider is not None:
            assert "-lockfile=readonly" not in words
            if (folder / IN_STATE).exists():
                (data / "providers").mkdir()
            return
        installed = data / "providers" / PACKAGE
        installed.parent.mkdir(parents=True, exist_ok=True)
        installed.unlink(missing_ok=True)
        installed.symlink_to(mirror)
        (folder / ".terraform.lock.hcl").write_text("")
        found.append(f"{folder.parent.name}/{folder.name}")

    def command(*folders: Path, flags: Sequence[str] = ()) -> list[str]:
        found.clear()
        runner = Terraform(log=tmp_path / "log", store=Folder(tmp_path), report=lambda _: None)
        initialization = Initialization(out=tmp_path / "cdktf.out", runner=runner)
        for folder in folders:
            initialization.run(folder, *flags)
        return list(found)

    monkeypatch.setattr(Terraform, "run", init)
    return command
