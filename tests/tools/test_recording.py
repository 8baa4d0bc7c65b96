"""The recording shows the current output of the demo."""

import ast
import json
import re
import sys
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

from settings.paths import PROJECT
from tests.program import write_stacks
from tests.synthesis import by_address
from tools import recording

SPOKEN = ("studio/lifecycle/demo.py", "studio/lifecycle/demo_people.py")
NOT_HERE = (re.escape("No connection"), re.escape("The deployment stays up"))
"""Output without ssh, without users, or with --keep."""


def _printed(path: str) -> list[str]:
    """The arguments of ``show`` and ``report`` in a module, as patterns: ``{...}`` is any text."""
    found = []
    for node in ast.walk(ast.parse((PROJECT / path).read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Name(id=called) | ast.Attribute(attr=called), args=[text, *_]
            ) if called in ("show", "report"):
                found.append(_pattern(text))
    return [pattern for pattern in found if pattern]


def _pattern(text: ast.expr) -> str:
    match text:
        case ast.Constant(value=str(value)):
            return re.escape(value.strip())
        case ast.JoinedStr(values=parts):
            texts = [part.value if isinstance(part, ast.Constant) else None for part in parts]
            whole = "".join("\0" if one is None else str(one) for one in texts)
            return re.escape(whole.strip()).replace("\0", ".*")
    return ""


def test_the_recording_has_each_heading_and_command_of_the_demo() -> None:
    rows = [unescape(row) for row in recording.texts(recording.FILE.read_text(encoding="utf-8"))]
    text = "\n".join(rows)
    patterns = [pattern for path in SPOKEN for pattern in _printed(path)]
    headings = [pattern for pattern in patterns if pattern.startswith("==")]
    commands = [pattern for pattern in patterns if pattern.startswith(r"\$")]
    missing = [
        pattern
        for pattern in (*headings, *commands)
        if not any(skipped in pattern for skipped in NOT_HERE)
        and not re.search(f"^{pattern}", text, re.M)
    ]
    unknown = [
        row
        for row in rows
        if row.startswith("== ") and not any(re.match(pattern, row) for pattern in headings)
    ]
    assert len(headings) > 5
    assert commands
    assert (missing, unknown) == ([], []), "run `python -m tools.recording`"


def test_the_recording_creates_the_resources_of_demo_toml(tmp_path: Path) -> None:
    write_stacks(tmp_path, config=PROJECT / "demo.toml")
    described = {
        address
        for file in tmp_path.glob("stacks/*/cdk.tf.json")
        for address in by_address(json.loads(file.read_text(encoding="utf-8")))
    }
    rows = recording.texts(recording.FILE.read_text(encoding="utf-8"))
    created = re.findall(r"created([\w.-]+)\(", re.sub(r"\s", "", "".join(rows)))
    # The name of an image's version ends with a hash of the image's folder.
    recorded, now = (
        {re.sub(r"[0-9a-f]{16}$", "", name) for name in x} for x in (created, described)
    )
    assert recorded == now, "run `python -m tools.recording`"


def test_the_recording_has_no_absolute_path() -> None:
    svg = recording.FILE.read_text(encoding="utf-8")
    assert str(PROJECT) not in svg
    assert not re.search(r"[ ,]/(work|home|root|Users)/", svg)


def test_a_recording_shows_each_line_and_shortens_waits() -> None:
    folder = Path(PROJECT)
    lines = [(1.0, "== Deploy"), (1.1, f"wrote {folder}/.demo/<file>"), (600.0, "x" * 100)]
    svg = recording.as_svg(lines)
    ElementTree.fromstring(svg)
    assert recording.texts(svg)[:3] == ["$ make demo", "== Deploy", "wrote .demo/&lt;file&gt;"]
    assert "".join(recording.texts(svg)[3:]) == "x" * 100
    seconds = re.search(r"animation:lines ([\d.]+)s", svg)
    assert seconds
    assert float(seconds[1]) < 15


def test_a_command_is_recorded_in_a_terminal() -> None:
    code = "import sys; print(sys.stdout.isatty()); print('done')"
    lines = recording.record([sys.executable, "-c", code])
    assert [line for _, line in lines] == ["True", "done"]
