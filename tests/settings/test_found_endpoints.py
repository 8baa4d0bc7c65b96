"""The record of existing endpoints beside the settings file."""

from pathlib import Path

import pytest

from settings import SettingsError
from settings.found_endpoints import FoundEndpoints
from tests.settings.samples import loaded, write

VPC = "vpc-0123abcd"
IDS = {"ssm": "vpce-0123abcd", "sagemaker.api": "vpce-4567abcd"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "studio.endpoints.toml"


def test_a_saved_record_is_loaded_for_its_vpc_only(file: Path) -> None:
    found = FoundEndpoints.load(file, vpc_id=VPC)
    assert found.ids is None
    assert found.save(IDS)
    assert FoundEndpoints.load(file, vpc_id=VPC).ids == IDS
    assert FoundEndpoints.load(file, vpc_id="vpc-4567abcd").ids is None


def test_an_unchanged_record_is_not_written(file: Path) -> None:
    FoundEndpoints.load(file, vpc_id=VPC).save(IDS)
    before = file.stat().st_mtime_ns
    assert not FoundEndpoints.load(file, vpc_id=VPC).save(IDS)
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "text",
    [
        "vpc_id = 7\n",
        "[endpoints",
        'vpc_id = ""\n[endpoints]\nssm = "x"\n',
        'vpc_id = ""\n[endpoints]\ns3 = "vpce-01234567"\n',
    ],
)
def test_an_invalid_record_is_an_error(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(
        SettingsError, match=r"^studio\.endpoints\.toml: .*([Nn]ot |invalid content)"
    ):
        FoundEndpoints.load(file, vpc_id=VPC)


@pytest.mark.parametrize(("choice", "ids"), [("create-missing", IDS), ("create", None)])
def test_settings_are_loaded_with_the_record_if_they_find_endpoints(
    tmp_path: Path, choice: str, ids: dict[str, str] | None, file: Path
) -> None:
    FoundEndpoints.load(file, vpc_id=VPC).save(IDS)
    text = f'vpc_id = "{VPC}"\nsubnet_ids = ["subnet-0123abcd"]\nendpoints = "{choice}"\n'
    network = loaded(write(tmp_path, f"[network]\n{text}[users.alice]")).network
    assert network.recorded_endpoints == ids
