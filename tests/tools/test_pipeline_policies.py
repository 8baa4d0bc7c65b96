"""The policies of a pipeline's roles."""

import json
import re
from functools import partial

import pytest

from catalog.iam_quotas import POLICY_SIZE
from catalog.names import DEPLOYMENT_TAG, HOME_OWNER_TAG
from settings import Settings, UserError
from studio.aws import buckets
from studio.aws.client import Aws
from studio.aws.policy_attachments import list_attachments
from studio.aws.state_bucket import StateBucket
from studio.terraform.state.bucket import Bucket
from studio.terraform.state.files import UNFINISHED
from studio_emulator.server import Emulator
from tests.emulator.samples import encrypt_bucket
from tests.pipeline_roles import REGION, enter_pipeline
from tests.policy_evaluator import allows
from tools.network_policy import network_statements
from tools.pipeline_policies import (
    FILES,
    apply_statements,
    down_statements,
    plan_statements,
    policy,
)
from tools.sample_statements import SAMPLE


def test_the_plan_policy_allows_only_reads() -> None:
    actions = {action for one in plan_statements() for action in one.actions}
    others = {a for a in actions if not re.match(r"\w+:(Describe|Get|List)[A-Z]", a)}
    assert others == {"kms:Decrypt"}, "of the state"
    assert "ecr:GetAuthorizationToken" not in actions


@pytest.mark.parametrize("file", FILES)
def test_each_policy_is_within_the_quota_of_managed_policies(file: str) -> None:
    document = json.loads(policy(FILES[file]()))
    assert len(json.dumps(document, separators=(",", ":"))) <= POLICY_SIZE


HELD, SENT = (f"aws:{kind}Tag/{DEPLOYMENT_TAG}" for kind in ("Resource", "Request"))
APPLY = (*plan_statements(), *apply_statements(), *network_statements())


def can(action: str, resource: str, **context: str | list[str]) -> bool:
    """Whether the role that applies may do this."""
    return allows(APPLY, action, SAMPLE.arn(action.partition(":")[0], resource), context)


def assert_limited(tag: str, resource: str, actions: str) -> None:
    """Assert that the role that applies may do this only with the deployment's tag."""
    service, _, names = actions.partition(":")
    for name in names.split():
        for value, allowed in (("NAME", True), ("other", False), (None, False)):
            tags = {tag: value} if value else {}
            if tag == HELD:
                tags[SENT] = "NAME"
            assert can(f"{service}:{name}", resource, **tags) is allowed, (name, tags)


def test_the_apply_policy_is_limited_to_the_names_of_the_deployment() -> None:
    for name, allowed in (("NAME-user-alice", True), ("Administrator", False)):
        role = SAMPLE.role_arn(name)
        to_sagemaker = {"iam:PassedToService": "sagemaker.amazonaws.com"}
        assert allows(APPLY, "iam:DeleteRole", role) is allowed
        assert allows(APPLY, "iam:PassRole", role, to_sagemaker) is allowed
        assert not allows(APPLY, "iam:PassRole", role)
        assert not allows(APPLY, "iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"})
    app = "arn:aws:sagemaker:REGION:ACCOUNT:app/d"
    for tags, allowed in (({"ssm:resourceTag/SSHResourceArn": app}, True), ({}, False)):
        assert can("ssm:DeregisterManagedInstance", "managed-instance/mi-1", **tags) is allowed
    state = SAMPLE.bucket_arn("STATE_BUCKET", "STATE_PREFIX/network.tfstate")
    assert allows(APPLY, "s3:PutObject", state)
    assert not allows(plan_statements(), "s3:PutObject", state)
    other = SAMPLE.bucket_arn("STATE_BUCKET", "other/network.tfstate")
    assert not allows(APPLY, "s3:GetObject", other)


@pytest.mark.parametrize(
    ("tag", "resource", "actions"),
    [
        (HELD, "domain/d-1", "sagemaker:AddTags DeleteDomain DeleteTags UpdateDomain"),
        (HELD, "user-profile/d-1/alice", "sagemaker:AddTags DeleteUserProfile"),
        (HELD, "space/d-1/alice", "sagemaker:AddTags DeleteSpace"),
        (SENT, "domain/*", "sagemaker:CreateDomain"),
        (SENT, "space/d-1/alice", "sagemaker:CreateSpace"),
    ],
)
def test_the_role_that_applies_is_limited_to_the_tag(tag: str, resource: str, actions: str) -> None:
    assert_limited(tag, resource, actions)


def test_sagemaker_tags_a_new_resource_and_updates_untagged_profiles_and_spaces() -> None:
    assert can("sagemaker:AddTags", "domain/d-1", **{"sagemaker:TaggingAction": "CreateDomain"})
    for held, allowed in (({HELD: "NAME"}, True), ({HELD: "other"}, False), ({}, True)):
        assert can("sagemaker:UpdateSpace", "space/d-1/bob", **held) is allowed


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
    enter_pipeline(monkeypatch, aws, "plan", "apply")
    for _ in range(2):
        buckets.ensure_key_bucket(Aws(REGION), wanted, lambda _: None)
    created = aws.client("s3").list_buckets()["Buckets"]
    assert [one["Name"] for one in created] == ["sagemaker-us-east-1-123456789012"]


def test_the_role_that_plans_lists_the_attachments_of_a_policy(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter_pipeline(monkeypatch, aws, "plan")
    own = "arn:aws:iam::123456789012:policy/pipeline-plan-plan"
    (found,) = list_attachments(Aws(REGION), own)
    assert str(found) == "policy pipeline-plan-plan of role pipeline-plan"


def enter_with_state(
    monkeypatch: pytest.MonkeyPatch, aws: Emulator, *files: str, bucket_key: bool | None
) -> Bucket:
    """The state of a role with the policies of these files. bucket_key: None without KMS key."""
    s3, key = aws.client("s3"), ""
    s3.create_bucket(Bucket="team-state")
    if bucket_key is not None:
        key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
        encrypt_bucket(s3, key, bucket_key=bucket_key, bucket="team-state")
    s3.put_object(Bucket="team-state", Key="studio/domain.unfinished", Body=b"x")
    enter_pipeline(monkeypatch, aws, *files)
    bucket = StateBucket(aws=Aws(REGION), name="team-state", kms_key=key)
    return Bucket(bucket=bucket, prefix="studio")


@pytest.mark.parametrize("bucket_key", [None, False, True])
@pytest.mark.parametrize("files", [("plan",), ("plan", "apply")])
def test_the_plan_role_reads_state_and_the_apply_role_writes_it(
    files: tuple[str, ...],
    bucket_key: bool | None,
    aws: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket = enter_with_state(monkeypatch, aws, *files, bucket_key=bucket_key)
    assert (bucket.stacks(), bucket.locks(), bucket.read("network")) == ([], [], None)
    assert (bucket.unfinished(), bucket.content("domain", UNFINISHED)) == (["domain"], b"x")
    if "apply" not in files:
        denied = r'"team-state": AWS denies access: .*: s3:PutObject on .*; a policy'
        with pytest.raises(UserError, match=denied):
            bucket.mark("network")
        return
    bucket.mark("network")
    bucket.unmark("domain")
    assert bucket.unfinished() == ["network"]


@pytest.mark.parametrize("bucket_key", [False, True])
def test_roles_need_the_statements_about_the_key_of_the_state(
    bucket_key: bool, aws: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in ("plan", "apply"):
        others = tuple(one for one in FILES[file]() if not one.sid.endswith("EncryptedState"))
        monkeypatch.setitem(FILES, file, partial(tuple, others))
    bucket = enter_with_state(monkeypatch, aws, "plan", "apply", bucket_key=bucket_key)
    assert bucket.unfinished() == ["domain"]
    for call in (partial(bucket.content, "domain", UNFINISHED), partial(bucket.mark, "network")):
        with pytest.raises(UserError, match="AWS denies access"):
            call()
