"""The roles and users that a resource's policy names must exist."""

from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import (
    ACCOUNT,
    ROOT,
    code_of,
    create_key,
    document,
    grant,
    make_role,
    refusal,
)


def test_principals_in_resource_policies_must_exist(aws: Emulator) -> None:
    aws.client("s3").create_bucket(Bucket="team-data")
    aws.client("ecr").create_repository(repositoryName="studio")
    owner = grant(ROOT, "kms:*", Resource="*")
    objects = "arn:aws:s3:::team-data/*"

    def put(name: str) -> list[tuple[Callable[..., Any], dict[str, Any], str]]:
        who = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/{name}"}
        return [
            (
                aws.client("s3").put_bucket_policy,
                {
                    "Bucket": "team-data",
                    "Policy": document(grant(who, "s3:GetObject", Resource=objects)),
                },
                "MalformedPolicy",
            ),
            (
                aws.client("kms").create_key,
                {"Policy": document(owner, grant(who, "kms:Decrypt", Resource="*"))},
                "MalformedPolicyDocumentException",
            ),
            (
                aws.client("ecr").set_repository_policy,
                {
                    "repositoryName": "studio",
                    "policyText": document(grant(who, "ecr:BatchGetImage")),
                },
                "InvalidParameterException",
            ),
            (
                aws.client("kms").create_grant,
                {
                    "KeyId": create_key(aws),
                    "GranteePrincipal": who["AWS"],
                    "Operations": ["Decrypt"],
                },
                "InvalidArnException",
            ),
        ]

    for call, params, code in put("absent"):
        assert refusal(call, **params)[0] == code
    make_role(aws, "present")
    for call, params, _ in put("present"):
        call(**params)


@pytest.mark.parametrize(
    ("element", "name", "refused"),
    [
        ("NotPrincipal", f"{ACCOUNT}:role/absent", True),
        ("Principal", f"{ACCOUNT}:user/absent", True),
        ("Principal", "210987654321:role/absent", False),
    ],
)
def test_principals_of_the_account_are_checked(
    aws: Emulator, element: str, name: str, refused: bool
) -> None:
    create = aws.client("kms").create_key
    denied = {"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}
    named = {**denied, element: {"AWS": f"arn:aws:iam::{name}"}}
    policy = document(grant(ROOT, "kms:*", Resource="*"), named)
    if refused:
        assert code_of(create, Policy=policy) == "MalformedPolicyDocumentException"
    else:
        create(Policy=policy)
