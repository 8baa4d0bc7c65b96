from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import code_of, refused


@pytest.fixture
def quotas(aws: Emulator) -> Any:
    return aws.client("service-quotas")


def test_each_instance_type_has_a_quota_for_each_app(aws: Emulator, quotas: Any) -> None:
    aws.options.update({"max_apps": 3})
    pages = list(quotas.get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker"))
    found = {quota["QuotaName"]: quota for page in pages for quota in page["Quotas"]}
    assert len(pages) > 1
    assert len(found) == sum(len(page["Quotas"]) for page in pages)
    assert len({quota["QuotaCode"] for quota in found.values()}) == len(found)
    one = found["Studio CodeEditor Apps running on ml.t3.large instances"]
    assert (one["Value"], one["ServiceCode"]) == (3.0, "sagemaker")
    (same,) = quotas.list_service_quotas(ServiceCode="sagemaker", QuotaCode=one["QuotaCode"])[
        "Quotas"
    ]
    assert same == one
    got = quotas.get_service_quota(ServiceCode="sagemaker", QuotaCode=one["QuotaCode"])
    assert got["Quota"] == one


def test_quotas_of_vpc(quotas: Any) -> None:
    listed = quotas.list_service_quotas(ServiceCode="vpc")["Quotas"]
    got = quotas.get_service_quota(ServiceCode="vpc", QuotaCode=listed[0]["QuotaCode"])
    assert got["Quota"] == listed[0]


def test_refusals(quotas: Any) -> None:
    assert code_of(quotas.list_service_quotas, ServiceCode="nothing") == "NoSuchResourceException"
    of = {"ServiceCode": "sagemaker"}
    refused("InvalidPaginationTokenException", "", quotas.list_service_quotas, **of, NextToken="x")
    assert code_of(quotas.get_service_quota, **of, QuotaCode="L-1") == "NoSuchResourceException"
