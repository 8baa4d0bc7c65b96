"""Properties are inserted into JSON with comments and removed; no other byte changes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.connect import jsonc

ADDED = {"new.key": "always"}

COMMENTS = ["// a { comment\n", '/* "b": 1, } */', "// 14\u00a0pt\n", "/*\u3000*/"]
GAPS = st.sampled_from(["", " ", "\t", "\n", "\r\n", *COMMENTS])
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab"\\/*{}é\n', max_size=6)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A settings.json with comments and trailing commas in every place, and its values."""

    def write(value: Any) -> str:
        def gap() -> str:
            return draw(GAPS)

        match value:
            case dict():
                items = [
                    f"{gap()}{json.dumps(key)}{gap()}:{gap()}{write(item)}{gap()}"
                    for key, item in value.items()
                ]
                opening, closing = "{", "}"
            case list():
                items = [f"{gap()}{write(item)}{gap()}" for item in value]
                opening, closing = "[", "]"
            case _:
                return json.dumps(value)
        comma = bool(items) and draw(st.booleans())
        trailing = "," + gap() if comma else gap()
        return opening + ",".join(items) + trailing + closing

    inner = st.recursive(
        SCALARS,
        lambda deeper: (
            st.lists(deeper, max_size=2) | st.dictionaries(st.text(max_size=3), deeper, max_size=2)
        ),
        max_leaves=4,
    )
    values = draw(st.dictionaries(st.text('a."\\é', max_size=4), inner, max_size=4))
    bom = draw(st.sampled_from(["", "\ufeff"]))
    return bom + draw(GAPS) + write(values) + draw(GAPS), values


@given(documents())
def test_inserting_properties_changes_no_other_byte(document: tuple[str, dict[str, Any]]) -> None:
    text, values = document
    after = jsonc.inserted(text, ADDED)
    assert jsonc.values(text) == values
    assert jsonc.values(after) == ADDED | values
    added = len(after) - len(text)
    assert any(after[:n] + after[n + added :] == text for n in range(len(text)))


@given(documents(), st.sampled_from(["missing", "a", ""]))
def test_a_property_of_an_object_is_inserted_and_removed(
    document: tuple[str, dict[str, Any]], within: str
) -> None:
    text, values = document
    if not isinstance(values.get(within, {}), dict):
        with pytest.raises(jsonc.ParseError, match="is not an object"):
            jsonc.inserted(text, ADDED, within=within)
        return
    after = jsonc.inserted(text, ADDED, within=within)
    assert jsonc.values(after) == values | {within: ADDED | values.get(within, {})}
    again = jsonc.removed(after, "new.key", within=within)
    assert jsonc.values(again) == {within: {}} | values


@pytest.mark.parametrize(
    ("within", "before", "after"),
    [
        (None, "", '{\n    "new.key": "always"\n}\n'),
        (None, "{}", '{\n    "new.key": "always"\n}'),
        (None, '{\n  "a": 1\n}\n', '{\n  "new.key": "always",\n  "a": 1\n}\n'),
        (None, '{\r\n\t"a": 1\r\n}', '{\r\n\t"new.key": "always",\r\n\t"a": 1\r\n}'),
        (
            None,
            '{ // mine\n  "a": 1, }',
            '{\n    "new.key": "always", // mine\n  "a": 1, }',
        ),
        ("of", "", '{\n    "of": {"new.key": "always"}\n}\n'),
        ("of", '{"of": {}}', '{"of": {\n        "new.key": "always"\n}}'),
        (
            "of",
            '{\n  "of": {\n    "a": "b"\n  }\n}',
            '{\n  "of": {\n    "new.key": "always",\n    "a": "b"\n  }\n}',
        ),
    ],
)
def test_inserted_properties_are_indented(within: str | None, before: str, after: str) -> None:
    assert jsonc.inserted(before, ADDED, within=within) == after
