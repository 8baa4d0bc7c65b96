"""When `terraform init` runs in the folder of a stack; installs the provider once for all."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from studio.errors import StepFailed
from studio.terraform.runner import Terraform, load_toolbox
from studio.terraform.shared_provider import NOT_INSTALLED, REATTACH
from studio.terraform.stacks import Stack, read_configuration

_DATA = ".terraform"
_PROVIDERS = Path(_DATA, "providers")
_RECORD = Path(_DATA, "studio.initialized.json")
LOCK_FILE = Path(".terraform.lock.hcl")
"""Terraform's record of the providers in the folder of a stack."""
_FILES = (_RECORD, Path(_DATA, "terraform.tfstate"), LOCK_FILE)
"""The record, and Terraform's files besides the providers: the backend and the lock file."""


@dataclass(kw_only=True)
class Initialization:
    """out: the deployment's cdktf.out; its stacks may already be initialized."""

    out: Path
    runner: Terraform
    _done: set[str] = field(default_factory=set, init=False)
    _installed: Path | None = field(default=None, init=False)
    _first: Lock = field(default_factory=Lock, init=False)

    def run_once(self, stack: Stack, *flags: str) -> None:
        """Call ``run`` for a stack's folder, once without flags."""
        if flags or stack.name not in self._done:
            self.run(stack.folder, *flags)
            self._done.add(stack.name)

    def run(self, folder: Path, *flags: str) -> None:
        """Run ``terraform init`` in a folder, unless it is initialized. Raises StepFailed.

        flags: run it in any case, with these flags. The first run installs the provider; the others
        link to it.
        """
        for other in () if flags else ("stacks", "review"):
            share(self.out / other / folder.name, folder)
        if flags or not _is_initialized(folder):
            _forget(folder)
            self._run(folder, *flags)
            _record(folder)

    def _run(self, folder: Path, *flags: str) -> None:
        # `Deployment.prepare` has checked that no state is left in another backend.
        words = ["init", "-reconfigure", "-input=false", "-no-color", *flags]
        with self._first:
            if self._installed is None:
                self.runner.run(folder, words)
                self._installed = folder
                return
        if (self._installed / _PROVIDERS).is_dir():
            with suppress(StepFailed):
                if not flags:
                    # With the provider, Terraform would read its 650 MB for a checksum.
                    self.runner.run(folder, words, provider=NOT_INSTALLED)
                    if _link_provider(self._installed, folder):
                        return
                self.runner.run(folder, [*words, f"-plugin-dir={self._installed / _PROVIDERS}"])
                return
        self.runner.run(folder, words)


def _is_initialized(folder: Path) -> bool:
    """Whether `terraform init` has run for the same backend, providers and modules.

    A run with a reattached provider, which installs and locks none, counts only with that provider.
    """
    if not all((folder / file).is_file() for file in _files()):
        return False
    with suppress(OSError, ValueError, RecursionError):
        return bool(json.loads((folder / _RECORD).read_text(encoding="utf-8")) == _inputs(folder))
    return False


def _record(folder: Path) -> None:
    # Without the record, the next command initializes the folder again.
    with suppress(OSError, ValueError):
        (folder / _RECORD).write_text(json.dumps(_inputs(folder)), encoding="utf-8")


def share(source: Path, target: Path) -> None:
    """Initialize ``target`` with the files of ``source``; both are folders of the same stack."""
    if _is_initialized(target) or not _is_initialized(source):
        return
    _forget(target)
    (target / _DATA).mkdir(parents=True, exist_ok=True)
    for file in _files():
        shutil.copyfile(source / file, target / file)
    with suppress(FileExistsError):
        (target / _PROVIDERS).symlink_to((source / _PROVIDERS).resolve())


def _link_provider(source: Path, target: Path) -> bool:
    """Link the provider of ``source`` into ``target``.

    Returns False if ``target`` has providers, or requires other ones.
    """
    if (target / _PROVIDERS).exists() or _requirements(source) != _requirements(target):
        return False
    shutil.copyfile(source / LOCK_FILE, target / LOCK_FILE)
    (target / _PROVIDERS).symlink_to((source / _PROVIDERS).resolve())
    return True


def _forget(folder: Path) -> None:
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
    return (file for file in _FILES if file != LOCK_FILE or REATTACH not in os.environ)


def _providers(installed: Path) -> Iterator[list[str | int]]:
    # REGISTRY/NAMESPACE/NAME/VERSION/PLATFORM, which a mirror may link.
    for package in installed.glob("*/*/*/*/*"):
        for file in package.resolve(strict=True).iterdir():
            found = file.stat()
            yield [str(file), found.st_size, found.st_mtime_ns]
