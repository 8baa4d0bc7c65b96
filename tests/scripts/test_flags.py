"""The flags that several commands have."""

import pytest

from tests.scripts.conftest import CommandLine


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--deployment", "lab"], "--deployment lab: --region is missing beside it"),
        (["--region", "us-east-1"], "--region us-east-1: --deployment is missing beside it"),
    ],
)
def test_a_deployment_is_named_with_its_region(
    studio: CommandLine, words: list[str], line: str
) -> None:
    assert studio.run("status", *words) == (2, "", f"studio status: {line}\n")


def test_without_a_settings_file_both_ways_to_name_a_deployment_are_said(
    studio: CommandLine,
) -> None:
    file = studio.folder / "lab.toml"
    code, _, err = studio.run("--config", str(file), "status")
    assert code == 2
    assert err.startswith(f"studio status: {file}: no such file; name the deployment with ")
