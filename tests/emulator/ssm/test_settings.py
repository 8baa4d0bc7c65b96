"""Service settings: values, defaults, ARNs."""

from typing import Any

import pytest

from studio_emulator.ssm.settings import TIER
from tests.emulator.samples import ACCOUNT, REGION, code_of, refused

SETTING = f"arn:aws:ssm:{REGION}:{ACCOUNT}:servicesetting{TIER}"


@pytest.mark.parametrize("id_", [TIER, SETTING])
def test_service_setting(ssm: Any, id_: str) -> None:
    def current() -> tuple[str, str]:
        setting = ssm.get_service_setting(SettingId=id_)["ServiceSetting"]
        assert (setting["SettingId"], setting["ARN"]) == (TIER, SETTING)
        return setting["SettingValue"], setting["Status"]

    assert current() == ("standard", "Default")
    ssm.update_service_setting(SettingId=id_, SettingValue="advanced")
    assert current() == ("advanced", "Customized")
    refused("ValidationException", "", ssm.update_service_setting, SettingId=id_, SettingValue="x")
    ssm.reset_service_setting(SettingId=id_)
    assert current() == ("standard", "Default")


def test_setting_of_another_path(ssm: Any) -> None:
    path = "/ssm/parameter-store/default-parameter-tier"
    ssm.update_service_setting(SettingId=path, SettingValue="Advanced")
    values = [ssm.get_service_setting(SettingId=id_)["ServiceSetting"] for id_ in (path, TIER)]
    assert [value["SettingValue"] for value in values] == ["Advanced", "standard"]


def test_unknown_service_setting(ssm: Any) -> None:
    assert code_of(ssm.get_service_setting, SettingId="/ssm/unknown") == "ServiceSettingNotFound"
