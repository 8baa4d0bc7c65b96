"""Folders that `terraform init` has initialized, so that no command does it a second time."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from studio.terraform.runner import load_toolbox
from studio.terraform.shared_provider import REATTACH

_DATA = ".terraform"
_PROVIDERS = Path(_DATA, "providers")
_NOTE = Path(_DATA, "studio.initialized.json")
_LOCK = Path(".terraform.lock.hcl")
_FILES = (_NOTE, Path(_DATA, "terraform.tfstate"), _LOCK)
"""What Terraform writes there besides the providers: the backend, and the lock file."""


def is_initialized(folder: Path) -> bool:
    """Whether `terraform init` has run there for the same backend, providers and modules.

    With a provider that runs already Terraform installs and locks none, and would miss it later
    without that provider: what was done with it does not count without it.
    """
    if not all((folder / file).is_file() for file in _files()):
        return False
    with contextlib.suppress(OSError, ValueError, RecursionError):
        return bool(json.loads((folder / _NOTE).read_text(encoding="utf-8")) == _inputs(folder))
    return False


def note_initialized(folder: Path) -> None:
    """Note for what `terraform init` has just run there."""
    # A folder without the note is only initialized once more.
    with contextlib.suppress(OSError, ValueError):
        (folder / _NOTE).write_text(json.dumps(_inputs(folder)), encoding="utf-8")


def share(source: Path, target: Path) -> None:
    """Let ``target`` be initialized as ``source`` is, if it has the same stack's configuration."""
    if is_initialized(target) or not is_initialized(source):
        return
    forget(target)
    (target / _DATA).mkdir(parents=True, exist_ok=True)
    for file in _files():
        shutil.copyfile(source / file, target / file)
    with contextlib.suppress(FileExistsError):
        (target / _PROVIDERS).symlink_to((source / _PROVIDERS).resolve())


def link_provider(source: Path, target: Path) -> bool:
    """Let ``target`` use the provider that `terraform init` installed in ``source``.

    False, and nothing is done, where it has providers, or asks for other ones than ``source``.
    """
    if (target / _PROVIDERS).exists() or _requirements(source) != _requirements(target):
        return False
    shutil.copyfile(source / _LOCK, target / _LOCK)
    (target / _PROVIDERS).symlink_to((source / _PROVIDERS).resolve())
    return True


def forget(folder: Path) -> None:
    """Let the next command initialize the folder; it must not install into another one's."""
    (folder / _NOTE).unlink(missing_ok=True)
    if (folder / _PROVIDERS).is_symlink():
        (folder / _PROVIDERS).unlink()


def _inputs(folder: Path) -> Mapping[str, Any]:
    """What `terraform init` read and installed. Raises OSError where a provider is gone."""
    document = _configuration(folder)
    return {
        "terraform": load_toolbox().terraform,
        "configuration": document.get("terraform"),
        "modules": document.get("module"),
        "providers": sorted(_providers(folder / _PROVIDERS)),
        "running": REATTACH in os.environ,
    }


def _configuration(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8"))
    return document


def _requirements(folder: Path) -> tuple[Any, Any]:
    document = _configuration(folder)
    return document.get("terraform", {}).get("required_providers"), document.get("module")


def _files() -> Iterator[Path]:
    return (file for file in _FILES if file != _LOCK or REATTACH not in os.environ)


def _providers(installed: Path) -> Iterator[list[str | int]]:
    # NAMESPACE/NAME/VERSION/PLATFORM below each registry; links, where a mirror has them.
    for package in installed.glob("*/*/*/*/*"):
        for file in package.resolve(strict=True).iterdir():
            found = file.stat()
            yield [str(file), found.st_size, found.st_mtime_ns]
