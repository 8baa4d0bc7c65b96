"""The policies of a pipeline's roles."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from catalog.iam_quotas import POLICY_SIZE
from catalog.names import HOME_OWNER_TAG
from settings import Settings, UserError
from studio.aws import buckets
from studio.aws.client import Aws
from studio.aws.state_bucket import StateBucket
from studio.terraform.state.bucket import Bucket
from studio_emulator.server import Emulator
from tests.pipeline_roles import REGION, enter_pipeline
from tests.policy_evaluator import allows
from tools.pipeline_policies import (
    SAMPLE,
    TYPES,
    apply_policy,
    apply_statements,
    down_policy,
    down_statements,
    plan_policy,
    plan_statements,
    used_types,
)


def test_the_table_has_exactly_the_types_of_the_modules() -> None:
    assert used_types() == set(TYPES)


def test_the_plan_policy_allows_only_reads() -> None:
    actions = {action for one in plan_statements() for action in one.actions}
    others = {a for a in actions if not re.match(r"\w+:(Describe|Get|List)[A-Z]", a)}
    assert others == {"kms:Decrypt"}, "of the state"
    assert "ecr:GetAuthorizationToken" not in actions


@pytest.mark.parametrize("policy", [plan_policy, apply_policy, down_policy])
def test_each_policy_is_within_the_quota_of_managed_policies(policy: Callable[[], str]) -> None:
    document = json.loads(policy())
    assert len(json.dumps(document, separators=(",", ":"))) <= POLICY_SIZE


def test_the_apply_policy_is_limited_to_the_deployment() -> None:
    statements = (*plan_statements(), *apply_statements())
    for name, allowed in (("NAME-user-alice", True), ("Administrator", False)):
        role = SAMPLE.role_arn(name)
        to_sagemaker = {"iam:PassedToService": "sagemaker.amazonaws.com"}
        assert allows(statements, "iam:DeleteRole", role) is allowed
        assert allows(statements, "iam:PassRole", role, to_sagemaker) is allowed
        assert not allows(statements, "iam:PassRole", role)
    for tags, allowed in (
        ({"aws:ResourceTag/StudioDeployment": "NAME"}, True),
        ({"aws:ResourceTag/StudioDeployment": "other"}, False),
        ({}, False),
    ):
        assert allows(statements, "ec2:DeleteVpc", "*", tags) is allowed
    (node,), (app,) = SAMPLE.arns("ssm", "managed-instance/mi-1"), SAMPLE.arns("sagemaker", "app/d")
    for tags, allowed in (({"ssm:resourceTag/SSHResourceArn": app}, True), ({}, False)):
        assert allows(statements, "ssm:DeregisterManagedInstance", node, tags) is allowed
    state = SAMPLE.bucket_arn("STATE_BUCKET", "STATE_PREFIX/network.tfstate")
    assert allows(statements, "s3:PutObject", state)
    assert not allows(plan_statements(), "s3:PutObject", state)
    other = SAMPLE.bucket_arn("STATE_BUCKET", "other/network.tfstate")
    assert not allows(statements, "s3:GetObject", other)


def test_the_key_of_the_state_is_allowed_only_for_the_state() -> None:
    through_s3 = {"kms:ViaService": "s3.REGION.amazonaws.com"}
    context = "kms:EncryptionContext:aws:s3:arn"
    for about, allowed in (("STATE_PREFIX/network.tfstate", True), ("other/file", False)):
        keys = {**through_s3, context: SAMPLE.bucket_arn("STATE_BUCKET", about)}
        assert allows(plan_statements(), "kms:Decrypt", "*", keys) is allowed
        assert allows(apply_statements(), "kms:GenerateDataKey", "*", keys) is allowed
        assert not allows(plan_statements(), "kms:GenerateDataKey", "*", keys)
    bucket_key = {**through_s3, context: SAMPLE.bucket_arn("STATE_BUCKET")}
    assert allows(plan_statements(), "kms:Decrypt", "*", bucket_key)
    assert not allows(plan_statements(), "kms:Decrypt", "*", {context: bucket_key[context]})


def test_the_down_policy_deletes_only_file_systems_of_sagemaker() -> None:
    home = SAMPLE.arns("elasticfilesystem", "file-system/fs-1")[0]
    mark = {f"aws:ResourceTag/{HOME_OWNER_TAG}": SAMPLE.arns("sagemaker", "domain/d-1")[0]}
    assert allows(down_statements(), "elasticfilesystem:DeleteFileSystem", home, mark)
    assert not allows(down_statements(), "elasticfilesystem:DeleteFileSystem", home)
    assert not allows(apply_statements(), "elasticfilesystem:DeleteFileSystem", home, mark)


def test_a_role_creates_and_finds_the_bucket_of_keys(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Settings.model_validate({"users": {"alice": {"connect": "ssh-helper"}}})
    enter_pipeline(monkeypatch, aws, plan_policy, apply_policy)
    for _ in range(2):
        buckets.ensure_key_bucket(Aws(REGION), wanted, lambda _: None)
    created = aws.client("s3").list_buckets()["Buckets"]
    assert [one["Name"] for one in created] == ["sagemaker-us-east-1-123456789012"]


@pytest.mark.parametrize("policies", [(plan_policy,), (plan_policy, apply_policy)])
def test_the_plan_role_reads_state_and_the_apply_role_writes_it(
    policies: tuple[Callable[[], str], ...], aws: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.client("s3").create_bucket(Bucket="team-state")
    aws.client("s3").put_object(Bucket="team-state", Key="studio/domain.unfinished", Body=b"")
    enter_pipeline(monkeypatch, aws, *policies)
    bucket = Bucket(bucket=StateBucket(aws=Aws(REGION), name="team-state"), prefix="studio")
    assert (bucket.stacks(), bucket.locks(), bucket.read("network")) == ([], [], None)
    assert bucket.unfinished() == ["domain"]
    if apply_policy not in policies:
        with pytest.raises(UserError, match="AWS denies access"):
            bucket.mark("network")
        return
    bucket.mark("network")
    bucket.unmark("domain")
    assert bucket.unfinished() == ["network"]
