"""IAM: checks of trust policies, statement ids, names, quotas and attachments."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator import samples
from tests.emulator.samples import ACCOUNT, allow, code_of, document, refused


def trust(**changes: Any) -> str:
    statement = samples.trust(**changes)
    return document({name: value for name, value in statement.items() if value is not None})


def padded(size: int, build: Callable[[str], str]) -> str:
    """A document of this size, or the shortest; IAM does not count its white space."""
    return build("x" * (size - len(build("").replace(" ", ""))))


def policy(size: int = 0) -> str:
    return padded(size, lambda name: document(allow(f"s3:GetObject{name}")))


@pytest.fixture
def iam(aws: Emulator) -> Any:
    client = aws.client("iam")
    client.create_role(RoleName="r", AssumeRolePolicyDocument=trust())
    return client


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('{"a": 1}', "MalformedPolicyDocument"),
        (trust(Action="s3:GetObject"), "MalformedPolicyDocument"),
        (trust(Principal=None), "MalformedPolicyDocument"),
        (trust(Resource="*"), "MalformedPolicyDocument"),
        (trust(Sid="a-b"), "MalformedPolicyDocument"),
        (trust(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/none"}), "MalformedPolicyDocument"),
        (trust(Principal={"AWS": "alice"}), "MalformedPolicyDocument"),
        (padded(2049, lambda sid: trust(Sid=sid)), "LimitExceeded"),
    ],
)
def test_invalid_trust_policies_are_refused(iam: Any, document: str, code: str) -> None:
    assert code_of(iam.create_role, RoleName="x", AssumeRolePolicyDocument=document) == code
    found = code_of(iam.update_assume_role_policy, RoleName="r", PolicyDocument=document)
    assert found == code


def test_trust_policy_of_a_role_has_at_most_2048_characters(iam: Any) -> None:
    longest = padded(2048, lambda sid: trust(Sid=sid))
    iam.create_role(RoleName="x", AssumeRolePolicyDocument=longest)
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=longest)


def test_permissions_boundary_must_exist(iam: Any) -> None:
    boundary = {"PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/none"}
    iam.create_user(UserName="alice")
    for call, params in (
        (iam.create_role, {"RoleName": "x", "AssumeRolePolicyDocument": trust()}),
        (iam.create_user, {"UserName": "x"}),
        (iam.put_role_permissions_boundary, {"RoleName": "r"}),
        (iam.put_user_permissions_boundary, {"UserName": "alice"}),
    ):
        assert code_of(call, **params, **boundary) == "NoSuchEntity"


@pytest.mark.parametrize(("kind", "most"), [("role", 10240), ("user", 2048), ("group", 5120)])
def test_inline_policies_together_have_a_maximum_size(iam: Any, kind: str, most: int) -> None:
    if kind != "role":
        getattr(iam, f"create_{kind}")(**{f"{kind.title()}Name": "r"})
    put = partial(getattr(iam, f"put_{kind}_policy"), **{f"{kind.title()}Name": "r"})
    put(PolicyName="a", PolicyDocument=policy(1000))
    rest = most - 1000
    assert code_of(put, PolicyName="b", PolicyDocument=policy(rest + 1)) == "LimitExceeded"
    put(PolicyName="b", PolicyDocument=policy(rest))
    assert code_of(put, PolicyName="a", PolicyDocument=policy(1001)) == "LimitExceeded"


@pytest.mark.parametrize("kind", ["role", "user", "group"])
def test_an_entity_has_at_most_10_managed_policies(iam: Any, kind: str) -> None:
    named = {f"{kind.title()}Name": "r"}
    if kind != "role":
        getattr(iam, f"create_{kind}")(**named)
    attach, detach = (getattr(iam, f"{verb}_{kind}_policy") for verb in ("attach", "detach"))
    made = [iam.create_policy(PolicyName=f"p{n}", PolicyDocument=policy()) for n in range(11)]
    arns = [each["Policy"]["Arn"] for each in made]
    for arn in [*arns[:10], arns[0]]:
        attach(**named, PolicyArn=arn)
    assert code_of(attach, **named, PolicyArn=arns[10]) == "LimitExceeded"
    assert iam.get_policy(PolicyArn=arns[0])["Policy"]["AttachmentCount"] == 1
    assert code_of(attach, **named, PolicyArn=f"{arns[0]}-2") == "NoSuchEntity"
    detach(**named, PolicyArn=arns[0])
    attach(**named, PolicyArn=arns[10])
    assert code_of(detach, **named, PolicyArn=arns[0]) == "NoSuchEntity"


def test_a_user_is_in_at_most_10_groups_and_only_an_empty_group_is_deleted(iam: Any) -> None:
    iam.create_user(UserName="alice")
    groups = [f"g{number}" for number in range(11)]
    for group in groups:
        iam.create_group(GroupName=group)
    for group in [*groups[:10], groups[0]]:
        iam.add_user_to_group(GroupName=group, UserName="alice")
    refused("LimitExceeded", "", iam.add_user_to_group, GroupName="g10", UserName="alice")
    assert code_of(iam.delete_group, GroupName="g0") == "DeleteConflict"
    iam.remove_user_from_group(GroupName="g0", UserName="alice")
    iam.put_group_policy(GroupName="g0", PolicyName="p", PolicyDocument=policy())
    assert code_of(iam.delete_group, GroupName="g0") == "DeleteConflict"
    iam.delete_group_policy(GroupName="g0", PolicyName="p")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=policy())["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="g0", PolicyArn=arn)
    assert code_of(iam.delete_group, GroupName="g0") == "DeleteConflict"
    iam.detach_group_policy(GroupName="g0", PolicyArn=arn)
    iam.delete_group(GroupName="g0")


def test_reserved_tags_are_refused(iam: Any) -> None:
    reserved = {"Tags": [{"Key": "aws:team", "Value": "red"}]}
    for call, params in (
        (iam.tag_role, {"RoleName": "r"}),
        (iam.create_user, {"UserName": "x"}),
        (iam.create_policy, {"PolicyName": "x", "PolicyDocument": policy()}),
    ):
        assert code_of(call, **params, **reserved) == "InvalidInput"


def test_size_of_a_managed_policy_and_its_deletion(iam: Any) -> None:
    longest, longer = policy(6144), policy(6145)
    assert code_of(iam.create_policy, PolicyName="long", PolicyDocument=longer) == "LimitExceeded"
    arn = iam.create_policy(PolicyName="p", PolicyDocument=longest)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    assert code_of(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    assert code_of(iam.delete_role, RoleName="r") == "DeleteConflict"
    iam.detach_role_policy(RoleName="r", PolicyArn=arn)
    new_version = partial(iam.create_policy_version, PolicyArn=arn)
    new_version(PolicyDocument=longest)
    assert code_of(new_version, PolicyDocument=longer) == "LimitExceeded"
    assert code_of(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)


def test_a_policy_that_an_entity_has_is_listed_and_not_deleted(iam: Any) -> None:
    arn = iam.create_policy(PolicyName="read", PolicyDocument=policy())["Policy"]["Arn"]
    iam.create_user(UserName="alice", Path="/people/")
    iam.create_group(GroupName="team")
    iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary=arn)
    assert code_of(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    iam.attach_user_policy(UserName="alice", PolicyArn=arn)
    iam.attach_group_policy(GroupName="team", PolicyArn=arn)
    entities = iam.get_paginator("list_entities_for_policy")
    for filters, listed in (
        ({}, ["team", "r", "alice"]),
        ({"PolicyUsageFilter": "PermissionsPolicy"}, ["team", "alice"]),
        ({"PolicyUsageFilter": "PermissionsBoundary"}, ["r"]),
        ({"EntityFilter": "Group"}, ["team"]),
        ({"PathPrefix": "/people/"}, ["alice"]),
    ):
        pages = entities.paginate(PolicyArn=arn, PaginationConfig={"PageSize": 1}, **filters)
        found = [
            entity[f"{kind}Name"]
            for page in pages
            for kind in ("Group", "Role", "User")
            for entity in page[f"Policy{kind}s"]
        ]
        assert found == listed
    assert code_of(iam.list_entities_for_policy, PolicyArn=f"{arn}-2") == "NoSuchEntity"


@pytest.mark.parametrize(
    ("changes", "words"), [({"Sid": "a-b"}, "alpha-numeric"), ({"Principal": "*"}, "principal")]
)
def test_invalid_policies_of_identities_are_refused(
    iam: Any, changes: dict[str, str], words: str
) -> None:
    bad = document(allow("s3:*") | changes)
    iam.create_user(UserName="alice")
    for call, params in (
        (iam.put_user_policy, {"UserName": "alice", "PolicyName": "p"}),
        (iam.create_policy, {"PolicyName": "p"}),
        (iam.put_role_policy, {"RoleName": "r", "PolicyName": "p"}),
    ):
        refused("MalformedPolicyDocument", words, call, **params, PolicyDocument=bad)


def test_names_are_unique_ignoring_case(iam: Any) -> None:
    for call, params, name in (
        (iam.create_role, {"AssumeRolePolicyDocument": trust()}, "RoleName"),
        (iam.create_user, {}, "UserName"),
        (iam.create_group, {}, "GroupName"),
        (iam.create_policy, {"PolicyDocument": policy()}, "PolicyName"),
    ):
        call(**params, **{name: "Studio"})
        assert code_of(call, **params, **{name: "studio"}) == "EntityAlreadyExists"


def test_service_specific_credentials(iam: Any) -> None:
    listed = iam.list_service_specific_credentials
    assert code_of(listed, UserName="alice") == "NoSuchEntity"
    iam.create_user(UserName="alice")
    assert listed(UserName="alice")["ServiceSpecificCredentials"] == []
