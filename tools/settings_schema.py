"""studio.schema.json: the JSON schema of studio.toml for editors, from the models.

The models have rules that a schema cannot express, and `studio` checks them before each command.
"""

import json
from collections.abc import Mapping
from typing import Any

from catalog.instances import INSTANCES
from catalog.regions import PARTITIONS
from settings import Settings
from settings.network import LOG_DAYS
from tools.setting_texts import SettingText, setting_texts

# Allowed values that the models check in Python.
_VALUES: Mapping[str, tuple[str | int, ...]] = {
    "region": tuple(PARTITIONS),
    "state.region": ("", *PARTITIONS),
    "network.flow_log_days": LOG_DAYS,
    "defaults.space.instance_type": tuple(INSTANCES),
    "users.NAME.space.instance_type": tuple(INSTANCES),
}


def schema() -> dict[str, Any]:
    """The schema of the models, with the text of studio.toml and without references."""
    written = Settings.model_json_schema()
    inlined = _inlined(written, written["$defs"])
    for text in setting_texts():
        key = find(inlined, text.path)
        key["description"] = _description(text, key)
        if text.path in _VALUES:
            key["enum"] = list(_VALUES[text.path])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of a private SageMaker Studio",
        **{
            key: value
            for key, value in inlined.items()
            if key not in ("$defs", "title", "description")
        },
    }


def text() -> str:
    """The contents of studio.schema.json."""
    return json.dumps(schema(), indent=2) + "\n"


def find(root: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The schema of the key with this path."""
    found = dict(root)
    for part in path.split("."):
        if part == "NAME":
            patterns = found.get("patternProperties", {})
            found = found.get("additionalProperties") or next(iter(patterns.values()))
        else:
            found = found["properties"][part]
    return found


def _description(text: SettingText, key: Mapping[str, Any]) -> str:
    parts = (text.about, f"Allowed: {key['description']}." if "description" in key else "")
    return "\n\n".join(filter(None, (*parts, text.change)))


def _inlined(value: Any, defs: Mapping[str, Any]) -> Any:
    """The value with resolved references, without titles and null."""
    if isinstance(value, list):
        return [_inlined(item, defs) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        name = value["$ref"].removeprefix("#/$defs/")
        return _inlined({**defs[name], **{k: v for k, v in value.items() if k != "$ref"}}, defs)
    if {"type": "null"} in value.get("anyOf", ()):
        # TOML has no null: an optional key has no default.
        options = [option for option in value["anyOf"] if option != {"type": "null"}]
        rest = {k: v for k, v in value.items() if k not in ("anyOf", "default")}
        chosen = options[0] if len(options) == 1 else {"anyOf": options}
        return _inlined({**chosen, **rest}, defs)
    return {
        key: {name: _inlined(inner, defs) for name, inner in item.items()}
        if key in ("properties", "patternProperties")
        else _inlined(item, defs)
        for key, item in value.items()
        if not (key == "title" and isinstance(item, str))
    }
