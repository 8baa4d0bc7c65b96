"""docs/reference/settings.md: every key of studio.toml, from its comments and the models."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from tools.setting_texts import SettingText, setting_texts
from tools.settings_schema import find, schema

_HOMES = "HOMES: "


def page() -> str:
    """The text of the page."""
    return "\n".join((*_introduction(), *_sections(), ""))


def _introduction() -> Iterator[str]:
    yield """# Settings

<!-- written by `python -m tools.reference` from studio.toml and settings/ -->

`studio.toml` is the one file that you edit; `STUDIO_CONFIG` names another one. A wrong value or an
unknown key is reported in one line before anything is deployed, and the exit code is 2. Each key
can be written as below (`network.zones = 3`) or in a table (`[network]`, `zones = 3`). NAME stands
for the name of a user, of a group or of an image.

The first line of the file, `#:schema ./studio.schema.json`, tells an editor with TOML support where
the schema is: it completes keys, and marks wrong ones.

**Decide before the first deployment** on these keys: a later change costs home directories, spaces
or user profiles, or fails. For another value, deploy a second Studio with another `name`, copy the
files through a bucket of `role.buckets`, and destroy the first one.
"""
    for text in setting_texts():
        if text.change.startswith(_HOMES):
            yield f"- [`{text.path}`](#{_anchor(text.path)})"


def _sections() -> Iterator[str]:
    written = schema()
    for title, texts in groupby(setting_texts(), key=lambda text: text.section):
        yield f"\n## {title}"
        for text in texts:
            yield from _key(text, find(written, text.path))


def _key(text: SettingText, key: Mapping[str, Any]) -> Iterator[str]:
    shared = _shared(text.path)
    allowed = re.search(r"^Allowed: (.*)\.$", key["description"], re.MULTILINE)
    yield f"\n### {text.path}\n"
    yield _markdown(text.about)
    yield ""
    if shared or "default" in key:
        group = "that of the user's group, else " if text.path.startswith("users.") else "that of "
        yield f"- Default: {f'{group}`{shared}`' if shared else f'`{text.default}`'}"
    if allowed:
        yield f"- Allowed: {_markdown(allowed[1])}"
    yield f"- A change: {_change(text, shared)}"


def _change(text: SettingText, shared: str) -> str:
    if not text.change and shared:
        return f"as of `{shared}`"
    change = text.change
    if change.startswith(_HOMES):
        change = f"**decide before the first deployment**: {change.removeprefix(_HOMES)}"
    return _markdown(f"{change[0].lower()}{change[1:]}" if change else change)


def _shared(path: str) -> str:
    """The key of [defaults] that a key of a user or group overrides."""
    shared = re.sub(r"^(users|groups)\.NAME\.", "defaults.", path)
    known = {text.path for text in setting_texts()}
    return shared if path != shared and shared in known else ""


def _markdown(text: str) -> str:
    """The text with its indented lines as a list, and without HTML."""
    lines = []
    for line in text.replace("<", "&lt;").splitlines():
        item = re.match(r" {2,}(\S+) +(.*)", line)
        lines.append(f"- `{item[1]}`: {item[2]}" if item else line)
    return re.sub(r"^(?!- )(.*)\n(?=- )", r"\1\n\n", "\n".join(lines), count=1, flags=re.MULTILINE)


def _anchor(heading: str) -> str:
    """The anchor that GitHub and MyST give a heading."""
    return re.sub(r"[^a-z0-9_ -]", "", heading.lower()).replace(" ", "-")
