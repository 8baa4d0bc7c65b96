"""The page of commands has what `studio --help` prints."""

from scripts.help import COMMANDS
from settings.paths import PROJECT
from tools import commands_page


def test_the_page_has_each_command_with_its_flags() -> None:
    page = (PROJECT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    text = commands_page.filled(page)
    assert commands_page.MARKER not in text
    assert {"up", "review", "connect", "down", "state"} <= COMMANDS.keys()
    assert [name for name in COMMANDS if f"usage: studio {name}" not in text] == []
    assert "usage: studio image check" in text
    assert "--allow ADDRESS" in text
    assert str(PROJECT) not in text
