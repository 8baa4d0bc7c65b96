"""Each random file results in settings or in an error of one line."""

import json
import string
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from settings import Settings, SettingsError, load
from tests.studio.hostile import anything

KNOWN = [
    *("name", "region", "features", "tags", "network", "domain", "role", "ecr", "image"),
    *("defaults", "users", "state", "cidr", "zones", "kms", "auth", "slim", "app_types"),
    *("build_args", "idle_minutes", "images", "sso_user", "buckets", "bucket", "alice"),
]
KEYS = st.sampled_from(KNOWN) | st.text(max_size=8)
SCALARS = (
    st.text(max_size=20)
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.times()
    | st.sampled_from(["IAM", "SSO", "JupyterLab", "connect", "10.20.0.0/16", "us-east-1", "slim"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def toml(value: Any) -> str:
    """A value as inline TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value).replace("\x7f", "\\u007f")
    return str(value)


def outcome(content: bytes, folder: Path) -> Settings | str:
    """The settings or the error; another exception fails the test."""
    path = folder / "studio.toml"
    path.write_bytes(content)
    try:
        return load(path)
    except SettingsError as error:
        line = str(error)
        assert line.startswith(f"{path}: ")
        assert line.isprintable()
        assert len(line) < len(str(path)) + 700
        return line


@anything
@given(content=st.binary(max_size=200))
def test_random_bytes(content: bytes, tmp_path: Path) -> None:
    outcome(content, tmp_path)


@anything
@given(content=st.text(alphabet=string.ascii_letters + "[]{}=.\"'#\n -_0123456789", max_size=200))
def test_random_characters_of_toml(content: str, tmp_path: Path) -> None:
    outcome(content.encode(), tmp_path)


@anything
@given(document=st.dictionaries(KEYS, VALUES, max_size=5))
def test_random_documents(document: dict[str, Any], tmp_path: Path) -> None:
    content = "".join(f"{toml(key)} = {toml(value)}\n" for key, value in document.items())
    content = content.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    result = outcome(content.encode(), tmp_path)
    if isinstance(result, str) and "\\u" not in content:
        assert "not TOML" not in result
