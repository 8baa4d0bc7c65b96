"""Resources that an interrupted run was creating are untainted unless SageMaker failed."""

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, call

import pytest

from studio.errors import StepFailed
from studio.lifecycle.recovery import tainted
from studio.lifecycle.recovery.tainted import untaint
from studio.review.data_loss import DATA_RESOURCES
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, REGION, make_image
from tests.studio.states import tainted_resources


def answer(monkeypatch: pytest.MonkeyPatch, statuses: Iterable[str]) -> None:
    """Let SageMaker return these statuses of a domain."""
    aws = MagicMock()
    answers = ({"Status": status} for status in statuses)
    aws.return_value.client.return_value.describe_domain.side_effect = answers
    monkeypatch.setattr(tainted, "Aws", aws)


DOMAIN = tainted_resources("aws_sagemaker_domain", {"id": "d-1"}, name="studio")


@pytest.mark.usefixtures("clock")
def test_a_pending_domain_is_untainted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["Pending", "Pending", "InService"])
    answer(monkeypatch, answers)
    terraform = MagicMock(return_value="")
    assert untaint(terraform, folder, DOMAIN, report=print) == set()
    assert next(answers, None) is None
    assert call("untaint", "-no-color", "aws_sagemaker_domain.studio") in terraform.mock_calls


@pytest.mark.parametrize(
    ("kind", "kept"), [("aws_kms_key", True), ("aws_vpc_security_group_ingress_rule", False)]
)
def test_of_kinds_without_a_status_those_with_data_are_untainted(
    folder: Path, kind: str, kept: bool
) -> None:
    terraform = MagicMock(return_value="")
    untaint(terraform, folder, tainted_resources(kind, {"id": "x"}), report=print)
    assert (call("untaint", "-no-color", f"{kind}.one") in terraform.mock_calls) is kept


@pytest.mark.usefixtures("clock")
def test_a_domain_may_be_pending_for_20_minutes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, itertools.repeat("Pending"))
    terraform = MagicMock(return_value="")
    with pytest.raises(
        StepFailed, match=r"after 20 minutes: aws_sagemaker_domain\.studio \(PENDING"
    ):
        untaint(terraform, folder, DOMAIN, report=print)
    assert terraform.mock_calls == []


def test_a_failed_image_stays_tainted(folder: Path, aws: Emulator) -> None:
    nobody = "arn:aws:iam::123456789012:role/nobody"
    aws.client("sagemaker").create_image(ImageName="studio-slim", RoleArn=nobody)
    terraform, said = MagicMock(return_value=""), list[str]()
    image = tainted_resources("aws_sagemaker_image", {"image_name": "studio-slim"}, name="slim")
    assert untaint(terraform, folder, image, report=said.append) == {"aws_sagemaker_image.slim"}
    assert not any("untaint" in one.args for one in terraform.mock_calls)
    assert said[-1].endswith(
        "aws_sagemaker_image.slim failed (CREATE_FAILED); Terraform creates it again"
    )


def test_a_failed_image_version_stays_tainted(folder: Path, aws: Emulator) -> None:
    make_image(aws, "studio-slim")
    never_pushed = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/studio/slim:one"
    image = {"ImageName": "studio-slim", "BaseImage": never_pushed}
    aws.client("sagemaker").create_image_version(**image)
    kind = "aws_sagemaker_image_version"
    version = tainted_resources(kind, {"image_name": "studio-slim", "version": None})
    assert untaint(MagicMock(return_value=""), folder, version, report=print) == {f"{kind}.one"}


@pytest.mark.parametrize(
    "kind", ["aws_sagemaker_domain", "aws_sagemaker_space", "aws_sagemaker_user_profile"]
)
@pytest.mark.parametrize(
    "attributes", [{}, {"domain_id": 7, "space_name": ["x"], "user_profile_name": {"a": 1}}]
)
def test_a_resource_without_its_key_attributes_stays_tainted(
    folder: Path, kind: str, attributes: dict[str, Any]
) -> None:
    assert kind in DATA_RESOURCES
    terraform, said = MagicMock(return_value=""), list[str]()
    resources = tainted_resources(kind, {"arn": "x", **attributes})
    assert untaint(terraform, folder, resources, report=said.append) == set()
    assert not any("untaint" in one.args for one in terraform.mock_calls)
    assert f"{kind}.one cannot be looked up: its state has no " in said[0]
