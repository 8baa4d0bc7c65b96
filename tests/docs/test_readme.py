"""The links of the README."""

import re

from settings.paths import PROJECT


def test_links_of_the_readme_exist() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"(?:\]\(|src=\")(?!https?:)([^)#\"]+)", text)
    assert links
    assert [link for link in links if not (PROJECT / link).exists()] == []
