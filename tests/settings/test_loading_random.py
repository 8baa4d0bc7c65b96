"""Each random file results in settings or in an error of one line."""

import json
import string
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settings import AppType, Feature, Settings, SettingsError, load
from settings.network import LOG_DAYS

anything = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

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


WORD = st.from_regex(r"[a-z][a-z0-9]{1,8}", fullmatch=True)


@st.composite
def valid(draw: st.DrawFn) -> dict[str, Any]:
    """A valid document."""
    sso = draw(st.booleans())
    user = {
        "idle_minutes": st.integers(60, 525_600),
        "images": st.sampled_from([[], ["slim"]]),
    }
    names = draw(st.lists(WORD, min_size=1, max_size=4, unique=True))
    return {
        "name": draw(WORD.filter(lambda word: word != "sg" and not word.startswith("sg-"))),
        "region": draw(st.sampled_from(["us-east-1", "eu-central-1", "cn-north-1"])),
        "features": draw(st.lists(st.sampled_from([*Feature]), unique=True)),
        "tags": draw(st.dictionaries(WORD.map("x-{}".format), WORD, max_size=4)),
        "network": {
            "cidr": f"10.{draw(st.integers(0, 255))}.0.0/{draw(st.integers(16, 23))}",
            "zones": draw(st.integers(2, 6)),
            "flow_log_days": draw(st.sampled_from(LOG_DAYS)),
        },
        "domain": {"auth": "SSO" if sso else "IAM", "kms": draw(st.sampled_from(["create"]))},
        "role": {"buckets": draw(st.lists(WORD.map("data-{}".format), unique=True, max_size=3))},
        "image": {
            "slim": {
                "app_types": draw(st.lists(st.sampled_from([*AppType]), min_size=1, unique=True))
            }
        },
        "users": {
            name: draw(st.fixed_dictionaries({}, optional=user))
            | ({"sso_user": f"{name}@example.com"} if sso else {})
            for name in names
        },
    }


@anything
@given(document=valid())
def test_valid_documents_round_trip(document: dict[str, Any], tmp_path: Path) -> None:
    content = "".join(f"{key} = {toml(value)}\n" for key, value in document.items())
    result = outcome(content.encode(), tmp_path)
    assert isinstance(result, Settings), result
    assert result.model_dump(mode="json", exclude_unset=True) == tomllib.loads(content)
    assert Settings.model_validate(result.model_dump()).model_dump() == result.model_dump()
