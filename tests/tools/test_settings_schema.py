"""The schema of studio.toml accepts what the settings accept."""

import tomllib
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from settings import Settings
from settings.paths import PROJECT
from tests.settings.test_studio_toml import UNCOMMENTED
from tools.settings_schema import schema


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """A validator for the schema, after a check of the schema itself."""
    found = schema()
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


@pytest.mark.parametrize("name", ["studio.toml", "demo.toml"])
def test_the_settings_files_of_the_project_name_and_match_the_schema(
    name: str, validator: Draft202012Validator
) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    assert text.startswith("#:schema ./studio.schema.json\n")
    validator.validate(tomllib.loads(text))


def test_each_default_matches_the_schema(validator: Draft202012Validator) -> None:
    document = tomllib.loads(UNCOMMENTED)
    assert document["users"]["alice"]["space"]["volume_gb"] == 20
    validator.validate(document)


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({"nmae": "studio"}, []),
        ({"region": "eu-nowhere-1"}, ["region"]),
        ({"network": {"zones": 7}}, ["network", "zones"]),
        ({"network": {"flow_log_days": 2}}, ["network", "flow_log_days"]),
        ({"image": {"slim": {"keep": 1}}}, ["image", "slim"]),
        ({"users": {"alice": {"connect": "telnet"}}}, ["users", "alice", "connect"]),
        (
            {"users": {"alice": {"space": {"instance_type": "ml.t3.big"}}}},
            ["users", "alice", "space", "instance_type"],
        ),
    ],
)
def test_schema_and_settings_refuse_the_same_values(
    document: dict[str, Any], where: list[str], validator: Draft202012Validator
) -> None:
    assert [list(error.absolute_path) for error in validator.iter_errors(document)] == [where]
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate(document)
    (error,) = refused.value.errors()
    assert list(error["loc"][: len(where)]) == where
