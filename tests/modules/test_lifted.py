"""The modules that other projects copy; tests/e2e/test_lifted_modules.py runs an app of them."""

import re
from pathlib import Path

from settings.paths import PROJECT

LIFTED_APP = Path(__file__).parent / "lifted_app.py"
SOURCES = sorted(
    path
    for folder in ("modules", "catalog/permissions")
    for path in (PROJECT / folder).glob("*.py")
)


def test_the_app_uses_every_construct() -> None:
    constructs = {
        name
        for source in SOURCES
        for name in re.findall(r"^class (\w+)\(Construct\)", source.read_text(), re.MULTILINE)
    }
    used = set(re.findall(r"\w+", LIFTED_APP.read_text()))
    assert constructs - used == {"RemovedBlocks"}, "StudioImage makes the removed blocks"


def test_no_module_holds_a_command_line() -> None:
    words = r"\bstudio (?:up|push|image|down|state|review)\b|`make |studio\.toml"
    found = {source.name: re.findall(words, source.read_text()) for source in SOURCES}
    assert {name: words for name, words in found.items() if words} == {}
