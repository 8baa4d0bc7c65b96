"""The flags that several commands have."""

import pytest

from tests.scripts.conftest import CommandLine


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--deployment", "lab"], "--deployment lab: needs --region too"),
        (["--region", "us-east-1"], "--region us-east-1: needs --deployment too"),
        (["--deployment", "lab", "--region", "eu-moon-1"], 'region = "eu-moon-1": a region that'),
        (["--deployment", "a b", "--region", "us-east-1"], 'name = "a b": 2 to 20 of a-z'),
    ],
)
def test_a_wrong_deployment_is_one_line(studio: CommandLine, words: list[str], line: str) -> None:
    code, out, err = studio.run("status", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert line in err


def test_without_a_settings_file_the_error_names_both_flags(studio: CommandLine) -> None:
    file = studio.folder / "lab.toml"
    code, _, err = studio.run("--config", str(file), "status")
    assert code == 2
    assert err.startswith(f"studio status: {file}: no such file; name the deployment with ")
