"""`studio state init`: the protection of a new bucket and of an existing one."""

import json
from typing import Any

import pytest
from moto.s3.models import s3_backends

from settings import UserError
from studio.aws.state_bucket import ensure_state_bucket
from studio_emulator.server import Emulator
from tests.synthesis import settings

TEAM = {"bucket": "team-state"}


@pytest.fixture
def s3(entered: Emulator) -> Any:
    return entered.client("s3")


def assert_protected(s3: Any) -> None:
    name = {"Bucket": "team-state"}
    assert s3.get_bucket_versioning(**name)["Status"] == "Enabled"
    blocked = s3.get_public_access_block(**name)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    rules = s3.get_bucket_encryption(**name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    (statement,) = json.loads(s3.get_bucket_policy(**name)["Policy"])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == ["arn:aws:s3:::team-state", "arn:aws:s3:::team-state/*"]


def test_a_second_run_changes_nothing(s3: Any) -> None:
    said: list[str] = []
    ensure_state_bucket(settings(state=TEAM), report=said.append)
    assert_protected(s3)
    s3.put_object(Bucket="team-state", Key="studio/role.tfstate", Body=b"x")
    again: list[str] = []
    ensure_state_bucket(settings(state=TEAM), report=again.append)
    assert_protected(s3)
    assert s3.get_object(Bucket="team-state", Key="studio/role.tfstate")["Body"].read() == b"x"
    wanted = "team-state: public access blocked, versioned, encrypted, TLS only"
    assert said == ["team-state: created in us-east-1", wanted]
    assert again == [wanted]


def test_the_bucket_has_the_region_and_the_key_of_the_settings(s3: Any) -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a"
    chosen = settings(state={**TEAM, "region": "eu-west-1", "kms_key": key})
    ensure_state_bucket(chosen, report=lambda _: None)
    assert s3.head_bucket(Bucket="team-state")["BucketRegion"] == "eu-west-1"
    rules = s3.get_bucket_encryption(Bucket="team-state")["ServerSideEncryptionConfiguration"]
    assert rules["Rules"][0]["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == key


def test_missing_protection_is_added_to_the_other_statements_of_the_policy(s3: Any) -> None:
    theirs = {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket"}
    theirs["Resource"] = "arn:aws:s3:::team-state"
    ensure_state_bucket(settings(state=TEAM), report=lambda _: None)
    s3.put_bucket_policy(
        Bucket="team-state",
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [theirs]}),
    )
    for _ in range(2):
        ensure_state_bucket(settings(state=TEAM), report=lambda _: None)
    policy = json.loads(s3.get_bucket_policy(Bucket="team-state")["Policy"])
    assert [one["Sid"] for one in policy["Statement"]] == ["Theirs", "StudioStateTlsOnly"]


def test_a_bucket_of_another_command_is_refused(s3: Any) -> None:
    s3.create_bucket(Bucket="team-state")
    with pytest.raises(UserError, match="it exists and is not versioned, not TLS only; "):
        ensure_state_bucket(settings(state=TEAM), report=lambda _: None)
    assert "Status" not in s3.get_bucket_versioning(Bucket="team-state")
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket="team-state")


@pytest.mark.parametrize(
    ("remove", "missing"),
    [
        ("delete_public_access_block", "public access blocked"),
        ("delete_bucket_policy", "TLS only"),
    ],
)
def test_a_bucket_of_another_command_is_accepted_if_it_is_protected(
    s3: Any, remove: str, missing: str
) -> None:
    said: list[str] = []
    ensure_state_bucket(settings(state=TEAM), report=lambda _: None)
    s3.delete_bucket_tagging(Bucket="team-state")
    ensure_state_bucket(settings(state=TEAM), report=lambda _: None)
    getattr(s3, remove)(Bucket="team-state")
    with pytest.raises(UserError, match=f"it exists and is not {missing}; "):
        ensure_state_bucket(settings(state=TEAM), report=said.append)
    assert said == []


@pytest.mark.usefixtures("s3")
def test_a_bucket_of_another_account_is_refused() -> None:
    s3_backends["111111111111"]["aws"].create_bucket("team-state", "us-east-1")
    with pytest.raises(UserError, match=r'"team-state": AWS denies access: .* your account$'):
        ensure_state_bucket(settings(state=TEAM), report=lambda _: None)


def test_a_bucket_in_another_region_is_refused(s3: Any) -> None:
    s3.create_bucket(
        Bucket="team-state", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    with pytest.raises(
        UserError, match=r'the bucket is in eu-west-1: set state\.region = "eu-west-1"'
    ):
        ensure_state_bucket(settings(state=TEAM), report=lambda _: None)


def test_a_bucket_needs_a_name() -> None:
    with pytest.raises(UserError, match=r'state\.bucket = "": name the bucket'):
        ensure_state_bucket(settings(), report=lambda _: None)
