"""The comments of studio.toml, which are the text of the reference and of the schema."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from settings.paths import PROJECT

_SECTION = re.compile(r"# ---- (?P<title>[^-].*?) -+$")
_TABLE = re.compile(r"\[(?P<table>[\w.-]+)\]$")
_KEY = re.compile(r"#(?P<key>[a-z][\w.-]*) = (?P<default>.*)$")
_CHANGE = re.compile(r"HOMES: |Can be changed ")


@dataclass(frozen=True, kw_only=True)
class SettingText:
    """One key of studio.toml.

    path: the key, with NAME for the name of a user, a group or an image. lines: the comment.
    """

    section: str
    path: str
    default: str
    lines: tuple[str, ...]

    @property
    def about(self) -> str:
        """The comment without the effect of a change."""
        return _joined(self.lines)[: _change_at(self.lines)].strip()

    @property
    def change(self) -> str:
        """The effect of a change; starts with "HOMES: " if Terraform replaces the domain."""
        return _joined(self.lines)[_change_at(self.lines) :].strip()


def setting_texts() -> Iterator[SettingText]:
    """Each key in the order of the file."""
    section, table = "", ""
    comment: list[str] = []
    for line in (PROJECT / "studio.toml").read_text(encoding="utf-8").splitlines():
        if title := _SECTION.match(line):
            section = title["title"]
        elif named := _TABLE.match(line):
            table = f"{named['table']}."
        elif key := _KEY.match(line):
            yield SettingText(
                section=section,
                path=_general(table + key["key"]),
                default=key["default"],
                lines=tuple(comment),
            )
            comment = []
        elif line.startswith("# "):
            comment.append(line[2:])
        else:
            comment = []


def _general(path: str) -> str:
    return re.sub(r"^(users|groups|image)\.[^.]+", r"\1.NAME", path)


def _joined(lines: tuple[str, ...]) -> str:
    """The lines as paragraphs. An indented line remains separate."""
    text = "\n".join(lines)
    text = re.sub(r"\n {4,}", " ", text)
    return re.sub(r"\n(?! )", " ", text)


def _change_at(lines: tuple[str, ...]) -> int:
    found = _CHANGE.search(_joined(lines))
    return found.start() if found else len(_joined(lines))
