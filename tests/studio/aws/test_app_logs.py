"""The end of an app's log."""

import pytest

from studio.aws.app_logs import last_lines
from studio.aws.client import Aws
from tests.emulator.samples import REGION
from tests.studio.deployed_studio import DeployedStudio, deny


def test_the_last_three_lines_are_one_line(
    deployed_studio: DeployedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws, space = Aws(REGION), deployed_studio.space()
    assert last_lines(aws, space) == ""
    deployed_studio.fail_apps("first", "second", "jupyter lab: not found", "exit code 127\n")
    assert last_lines(aws, space) == "second | jupyter lab: not found | exit code 127"
    deny(monkeypatch, "logs", "GetLogEvents")
    assert last_lines(aws, space) == ""
