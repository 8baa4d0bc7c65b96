"""Quotas of apps, and their use."""

from __future__ import annotations

from studio.aws.client import Aws
from studio.aws.quotas import Quota, app_quota, apps_in_use, list_quotas
from tests.emulator.samples import REGION
from tests.studio.deployed_studio import DeployedStudio

AWS = Aws(REGION)


def test_a_quota_is_found_by_app_type_and_instance(deployed_studio: DeployedStudio) -> None:
    deployed_studio.aws.options.update({"max_apps": 3})
    quota = Quota.of(list_quotas(AWS), "JupyterLab", "ml.t3.large")
    assert quota is not None
    assert (quota.name, quota.most) == (app_quota("JupyterLab", "ml.t3.large"), 3)
    assert Quota.of(list_quotas(AWS), "JupyterLab", "ml.none.large") is None


def test_the_last_letter_of_a_name_may_be_missing() -> None:
    listed = [{"QuotaName": app_quota("JupyterLab", "ml.t3.large")[:-1], "QuotaCode": "L-1"}]
    listed[0] |= {"Value": 2.0}  # type: ignore[dict-item]
    found = Quota.of(listed, "JupyterLab", "ml.t3.large")
    assert found is not None
    assert (found.code, found.most) == ("L-1", 2)


def test_running_apps_of_the_type_and_instance_count(deployed_studio: DeployedStudio) -> None:
    assert apps_in_use(AWS, "JupyterLab", "ml.t3.large") == 0
    deployed_studio.start("alice")
    deployed_studio.start("bob", InstanceType="ml.m5.large")
    assert apps_in_use(AWS, "JupyterLab", "ml.t3.large") == 1
    assert apps_in_use(AWS, "CodeEditor", "ml.t3.large") == 0
