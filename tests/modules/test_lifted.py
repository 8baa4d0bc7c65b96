"""The modules that other projects copy; tests/e2e/test_examples.py runs an app of them."""

import re

from settings.paths import PROJECT


def test_no_module_holds_a_command_line() -> None:
    words = r"\bstudio (?:up|push|image|down|state|review)\b|`make |studio\.toml"
    sources = [
        path
        for folder in ("modules", "catalog/permissions")
        for path in (PROJECT / folder).glob("*.py")
    ]
    found = {source.name: re.findall(words, source.read_text()) for source in sources}
    assert {name: words for name, words in found.items() if words} == {}
