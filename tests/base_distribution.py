"""Processes with only the dependencies of the base distribution, without extras."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

PROJECT = "private-sagemaker-studio"
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?P<extra>.*\bextra\b)?", re.DOTALL)
_HOOK = """\
import sys
FORBIDDEN = {forbidden!r}

class Forbid:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in FORBIDDEN:
            raise ModuleNotFoundError(f"{{name}} is not a dependency of the base distribution")

sys.meta_path.insert(0, Forbid())
"""


@cache
def forbidden_packages() -> list[str]:
    """The installed packages that are not dependencies of the base distribution."""
    base = _closure(PROJECT)
    installed = packages_distributions()
    others = {
        package for package, names in installed.items() if base.isdisjoint(map(_normal, names))
    }
    # The metadata of an editable installation lists no packages.
    return sorted({*others, "studio_emulator"})


def base_python_path(folder: Path) -> str:
    """PYTHONPATH for a process, and its child processes, that cannot import other packages."""
    (folder / "sitecustomize.py").write_text(_HOOK.format(forbidden=forbidden_packages()))
    return str(folder)


def _closure(name: str) -> set[str]:
    """The distribution and its direct and indirect dependencies without extras."""
    found, left = set(), [name]
    while left:
        current = _normal(left.pop())
        if current in found:
            continue
        found.add(current)
        for requirement in distribution(current).requires or ():
            match = _REQUIREMENT.match(requirement)
            if match and not match["extra"]:
                left.append(match["name"])
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
