"""Quotas of apps, and their use."""

import pytest
from botocore.retries.standard import ExponentialBackoff

from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.aws.quotas import app_quota, apps_in_use, find_quotas
from studio_emulator.server import Emulator
from studio_emulator.services import service_quotas
from tests.emulator.samples import REGION
from tests.studio.deployed_studio import DeployedStudio

AWS = Aws(REGION)
LARGE, NONE = ("JupyterLab", "ml.t3.large"), ("JupyterLab", "ml.none.large")
FIRST, LAST = ("CodeEditor", "ml.c5.large"), ("JupyterLab", "ml.trn1.32xlarge")


def test_quotas_are_found_by_app_type_and_instance(entered: Emulator) -> None:
    entered.options.update({"max_apps": 3})
    found = find_quotas(AWS, [LARGE, NONE, FIRST])
    assert found.keys() == {LARGE, FIRST}
    assert (found[LARGE].name, found[LARGE].most) == (app_quota(*LARGE), 3)
    assert found[LARGE].code != found[FIRST].code


def test_no_page_is_read_after_that_of_the_last_quota(
    entered: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    second = {"kind": "throttle", "operation": "ListServiceQuotas", "skip": 1, "times": 100}
    entered.faults.set({"faults": [second]})
    assert find_quotas(AWS, [FIRST]).keys() == {FIRST}
    entered.faults.set({"faults": [second]})
    with pytest.raises(AwsError, match="Throttling"):
        find_quotas(AWS, [FIRST, LAST])
    entered.faults.set({"faults": [second | {"skip": 0}]})
    assert find_quotas(AWS, []) == {}


def test_the_last_letter_of_a_name_may_be_missing(
    entered: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered.options.update({"max_apps": 3})
    names = [("L-1", app_quota(*LARGE)[:-1])]
    monkeypatch.setattr(service_quotas, "_names_of_apps", lambda: names)
    (found,) = find_quotas(AWS, [LARGE]).values()
    assert (found.name, found.code, found.most) == (app_quota(*LARGE), "L-1", 3)


def test_running_apps_of_the_type_and_instance_count(deployed_studio: DeployedStudio) -> None:
    assert apps_in_use(AWS, "JupyterLab", "ml.t3.large") == 0
    deployed_studio.start("alice")
    deployed_studio.start("bob", InstanceType="ml.m5.large")
    assert apps_in_use(AWS, "JupyterLab", "ml.t3.large") == 1
    assert apps_in_use(AWS, "CodeEditor", "ml.t3.large") == 0
