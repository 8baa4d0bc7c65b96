"""Images of other pipelines, and the policies of their repositories."""

import json
from typing import Any
from unittest.mock import MagicMock

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.aws.ecr import Ecr
from studio.doctor.existing_images import images
from studio.doctor.finding import Finding, LookupDenied
from studio_emulator.server import Emulator
from tests.emulator.samples import push
from tests.studio.account import ACCOUNT, REGION, client
from tests.studio.deployed_studio import deny
from tests.studio.doctor.setup import only

OF_ANOTHER = f"{'9' * 12}.dkr.ecr.{REGION}.amazonaws.com/team/lab@sha256:{'0' * 64}"


def examine_image(uri: str) -> list[Finding]:
    wanted = {"image": {"lab": {"uri": uri}}, "users": {"alice": {}}}
    return list(images(Settings.model_validate(wanted), Aws(REGION)))


def test_an_image_of_this_account_must_exist(entered: Emulator) -> None:
    push(entered, "team/lab")
    found = client(entered, "ecr").describe_images(repositoryName="team/lab")
    digest = found["imageDetails"][0]["imageDigest"]
    repository = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/lab"
    assert examine_image(f"{repository}@{digest}") == []
    missing = f"{repository}@sha256:{'0' * 64}"
    assert only(examine_image(missing)).found == f"image.lab.uri: {missing} does not exist"


@pytest.mark.usefixtures("entered")
def test_another_accounts_repository_policy_must_allow_this_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policy: dict[str, Any] = {}
    holds = MagicMock(return_value=True)
    monkeypatch.setattr(Ecr, "holds", holds)
    monkeypatch.setattr(Ecr, "policy", lambda *_: policy)
    finding = only(examine_image(OF_ANOTHER))
    assert finding.found.startswith(
        f"the policy of arn:aws:ecr:{REGION}:999999999999:repository/team/lab denies ecr:"
    )
    holds.assert_called_once_with("9" * 12, "team/lab", f"sha256:{'0' * 64}")
    added = json.loads(finding.fix[finding.fix.index("{") :])
    for reader in (added["Principal"]["AWS"], f"arn:aws:iam::{ACCOUNT}:role/studio-images"):
        policy["Statement"] = [{**added, "Principal": {"AWS": reader}}]
        assert examine_image(OF_ANOTHER) == []


@pytest.mark.usefixtures("entered")
@pytest.mark.parametrize(
    ("operation", "what"),
    [("GetRepositoryPolicy", "repository/team/lab"), ("DescribeImages", "team/lab@sha256:0+")],
)
def test_a_denied_lookup_is_reported(
    monkeypatch: pytest.MonkeyPatch, operation: str, what: str
) -> None:
    deny(monkeypatch, "ecr", operation)
    with pytest.raises(LookupDenied, match=rf"{what} cannot be looked up: .* not authorized"):
        examine_image(OF_ANOTHER)
