"""Records in which folders `terraform init` has run, so that no command repeats it."""

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
from studio.terraform.stacks import read_configuration

_DATA = ".terraform"
_PROVIDERS = Path(_DATA, "providers")
_RECORD = Path(_DATA, "studio.initialized.json")
_LOCK = Path(".terraform.lock.hcl")
_FILES = (_RECORD, Path(_DATA, "terraform.tfstate"), _LOCK)
"""The record, and Terraform's files besides the providers: the backend and the lock file."""


def is_initialized(folder: Path) -> bool:
    """Whether `terraform init` has run for the same backend, providers and modules.

    A run with a reattached provider, which installs and locks none, counts only with that provider.
    """
    if not all((folder / file).is_file() for file in _files()):
        return False
    with contextlib.suppress(OSError, ValueError, RecursionError):
        return bool(json.loads((folder / _RECORD).read_text(encoding="utf-8")) == _inputs(folder))
    return False


def record_initialized(folder: Path) -> None:
    # Without the record, the next command initializes the folder again.
    with contextlib.suppress(OSError, ValueError):
        (folder / _RECORD).write_text(json.dumps(_inputs(folder)), encoding="utf-8")


def share(source: Path, target: Path) -> None:
    """Initialize ``target`` with the files of ``source``; both are folders of the same stack."""
    if is_initialized(target) or not is_initialized(source):
        return
    forget(target)
    (target / _DATA).mkdir(parents=True, exist_ok=True)
    for file in _files():
        shutil.copyfile(source / file, target / file)
    with contextlib.suppress(FileExistsError):
        (target / _PROVIDERS).symlink_to((source / _PROVIDERS).resolve())


def link_provider(source: Path, target: Path) -> bool:
    """Link the provider of ``source`` into ``target``.

    Returns False if ``target`` has providers, or requires other ones.
    """
    if (target / _PROVIDERS).exists() or _requirements(source) != _requirements(target):
        return False
    shutil.copyfile(source / _LOCK, target / _LOCK)
    (target / _PROVIDERS).symlink_to((source / _PROVIDERS).resolve())
    return True


def forget(folder: Path) -> None:
    """Delete the record, and the link to the providers of another folder."""
    (folder / _RECORD).unlink(missing_ok=True)
    if (folder / _PROVIDERS).is_symlink():
        (folder / _PROVIDERS).unlink()


def _inputs(folder: Path) -> Mapping[str, Any]:
    """The inputs and providers of `terraform init`. Raises OSError if a provider is missing."""
    document = read_configuration(folder)
    return {
        "terraform": load_toolbox().terraform,
        "configuration": document.get("terraform"),
        "modules": document.get("module"),
        "providers": sorted(_providers(folder / _PROVIDERS)),
        "running": REATTACH in os.environ,
    }


def _requirements(folder: Path) -> tuple[Any, Any]:
    document = read_configuration(folder)
    return document.get("terraform", {}).get("required_providers"), document.get("module")


def _files() -> Iterator[Path]:
    return (file for file in _FILES if file != _LOCK or REATTACH not in os.environ)


def _providers(installed: Path) -> Iterator[list[str | int]]:
    # REGISTRY/NAMESPACE/NAME/VERSION/PLATFORM, which a mirror may link.
    for package in installed.glob("*/*/*/*/*"):
        for file in package.resolve(strict=True).iterdir():
            found = file.stat()
            yield [str(file), found.st_size, found.st_mtime_ns]
