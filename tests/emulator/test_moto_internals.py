"""Only one package imports moto, or uses its private attributes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import studio_emulator
from studio_emulator import moto_internals

PACKAGE = Path(studio_emulator.__file__).parent
OTHERS = sorted(set(PACKAGE.rglob("*.py")) - set(Path(moto_internals.__file__).parent.glob("*.py")))
MENTIONED = re.compile(r"\bmoto\b|(?<!\bself)(?<!\bcls)\._")
OWN = ("self", "cls", "os", "Emulator")


def test_no_other_package_uses_motos_private_parts() -> None:
    assert OTHERS
    found = [(str(path.relative_to(PACKAGE)), name) for path in OTHERS for name in _private(path)]
    assert found == []


def _private(path: Path) -> Iterator[str]:
    """A module's imports of moto, and its uses of private attributes of other objects."""
    text = path.read_text()
    if not MENTIONED.search(text):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            if (node.module or "").startswith("moto."):
                yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.split(".")[0] == "moto")
        elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            of_own = isinstance(node.value, ast.Name) and node.value.id in OWN
            if not of_own and not node.attr.startswith("__"):
                yield ast.unparse(node)
