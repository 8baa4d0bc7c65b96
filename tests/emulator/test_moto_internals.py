"""Moto is used in one module, so that a new version of it is read in one place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import studio_emulator
from studio_emulator import moto_internals

PACKAGE = Path(studio_emulator.__file__).parent
OTHERS = sorted(set(PACKAGE.rglob("*.py")) - {Path(moto_internals.__file__)})
OWN = ("self", "cls", "os", "Emulator")


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_other_module_uses_motos_private_parts(path: Path) -> None:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            found += [node.module] if (node.module or "").startswith("moto.") else []
        elif isinstance(node, ast.Import):
            found += [each.name for each in node.names if each.name.split(".")[0] == "moto"]
        elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            of_own = isinstance(node.value, ast.Name) and node.value.id in OWN
            found += [] if of_own or node.attr.startswith("__") else [ast.unparse(node)]
    assert found == []
