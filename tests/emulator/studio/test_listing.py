"""The order and the filters of lists."""

from datetime import timedelta
from typing import Any

from studio_emulator.server import Emulator
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.listing import page
from tests.emulator.samples import ACCOUNT, REGION, code_of, make_image

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


def test_version_10_is_listed_after_version_9() -> None:
    versions = [
        Resource(name=str(n), arn=f"{ARN}:image-version/slim/{n}", data={"Version": n}, created=n)
        for n in (10, 9)
    ]
    found = page(versions, {"SortBy": "VERSION"}, "ImageVersions", lambda version: version.data)
    assert found == {"ImageVersions": [{"Version": 9}, {"Version": 10}]}


def test_order_and_filters_of_images(aws: Emulator, sagemaker: Any) -> None:
    for name in ("one", "two", "three"):
        make_image(aws, name)
    pages = sagemaker.get_paginator("list_images").paginate(PaginationConfig={"PageSize": 2})
    assert [i["ImageName"] for page in pages for i in page["Images"]] == ["three", "two", "one"]

    def names(**params: Any) -> list[str]:
        return [image["ImageName"] for image in sagemaker.list_images(**params)["Images"]]

    assert names(SortBy="IMAGE_NAME", SortOrder="ASCENDING") == ["one", "three", "two"]
    assert names(NameContains="T") == ["three", "two"]
    second = sagemaker.describe_image(ImageName="two")["CreationTime"]
    moment = timedelta(milliseconds=5)
    assert names(CreationTimeAfter=second - moment) == ["three", "two"]
    assert names(CreationTimeBefore=second + moment, SortOrder="ASCENDING") == ["one", "two"]
    assert names(LastModifiedTimeBefore=0) == []
    sagemaker.update_image(ImageName="one", DisplayName="One")
    assert names(SortBy="LAST_MODIFIED_TIME") == ["one", "three", "two"]


def test_page_has_ten_items_by_default() -> None:
    images = [
        Resource(name=f"i{n}", arn=f"{ARN}:image/i{n}", data={}, created=n) for n in range(11)
    ]
    found = page(images, {}, "Images", lambda image: image.data)
    assert (len(found["Images"]), "NextToken" in found) == (10, True)


def test_search_is_refused(sagemaker: Any) -> None:
    assert code_of(sagemaker.search, Resource="Experiment") == "UnknownOperationException"
