"""Finds a filesystem mirror of the AWS provider on this machine.

Standard library only: `make setup` runs this before the virtual environment exists.
"""

import os
import stat
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from studio.toolchain.toolbox import platform_name

PROVIDER = "5.100.0"
_HOST = "registry.terraform.io"
_HOSTS = (_HOST, "registry.opentofu.org")
_SEARCH_DEPTH = 5
_SEARCH_SECONDS = 10.0
_SKIPPED = frozenset({"proc", "sys", "dev", "run", "node_modules", ".terraform", ".git", ".cache"})


class BadMirror(Exception):
    """$STUDIO_PROVIDER_MIRROR names a folder that is not a mirror of the provider."""


def find(root: Path = Path("/"), *, known: Path | None = None) -> Path | None:
    """The folder of a filesystem mirror with the provider, above ``registry.terraform.io``.

    ``$STUDIO_PROVIDER_MIRROR`` names it, or disables the search with ``none``. Else it is ``known``
    (the mirror of the last run) if that still has the provider. Else searches ``root``'s disk five
    folders deep, for ten seconds at most.

    Raises BadMirror if the folder of the variable does not have the provider.
    """
    named = os.environ.get("STUDIO_PROVIDER_MIRROR", "")
    if named == "none":
        return None
    if named:
        if not _has_provider(Path(named)):
            raise BadMirror(
                f"STUDIO_PROVIDER_MIRROR = {named}: no {_HOST}/hashicorp/aws/{PROVIDER} for "
                f"{platform_name()} in it; name the folder above {_HOST}, or none"
            )
        return Path(named).resolve()
    if known and _has_provider(known, _HOSTS):
        return known
    return next((folder for folder in _candidates(root) if _has_provider(folder)), None)


def cli_config(mirror: Path) -> str:
    """A Terraform CLI configuration that installs only the AWS provider from ``mirror``."""
    path = _quoted(str(mirror))
    sources = ", ".join(
        _quoted(f"{host}/hashicorp/aws") for host in _HOSTS if (mirror / host).is_dir()
    )
    return (
        "provider_installation {\n"
        f"  filesystem_mirror {{\n    path    = {path}\n    include = [{sources}]\n  }}\n"
        f"  direct {{\n    exclude = [{sources}]\n  }}\n"
        "}\n"
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${")
    return f'"{escaped}"'


def _has_provider(folder: Path, hosts: Collection[str] = (_HOST,)) -> bool:
    for host in hosts:
        versions = folder / host / "hashicorp" / "aws"
        packed = versions / f"terraform-provider-aws_{PROVIDER}_{platform_name()}.zip"
        if (versions / PROVIDER / platform_name()).is_dir() or packed.is_file():
            return True
    return False


def _candidates(root: Path) -> Iterator[Path]:
    """Folders that hold a ``registry.terraform.io``, nearest to the root first."""
    deadline = time.monotonic() + _SEARCH_SECONDS
    device = root.stat().st_dev
    level = [root]
    for _ in range(_SEARCH_DEPTH):
        below: list[Path] = []
        for folder in level:
            if time.monotonic() > deadline:
                return
            try:
                entries = [entry for entry in os.scandir(folder) if _enters(entry, device)]
            except OSError:
                continue
            if any(entry.name == _HOST for entry in entries):
                yield folder
            below += [Path(entry.path) for entry in entries if entry.name not in _SKIPPED]
        level = below


def _enters(entry: "os.DirEntry[str]", device: int) -> bool:
    """Whether the entry is a folder on the same disk that only root and this user can write."""
    try:
        if not entry.is_dir(follow_symlinks=False):
            return False
        facts = entry.stat()
    except OSError:
        return False
    others_write = facts.st_mode & stat.S_IWOTH
    return facts.st_dev == device and facts.st_uid in (0, os.getuid()) and not others_write
