"""The roles and users that a resource's policy names must exist."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, code_of, create_key, document, grant, make_role
from tests.emulator.services.key_policies import OWNER, statement


def test_principals_in_resource_policies_must_exist(aws: Emulator) -> None:
    s3, kms, ecr = (aws.client(name) for name in ("s3", "kms", "ecr"))
    s3.create_bucket(Bucket="team-data")
    ecr.create_repository(repositoryName="studio")
    granted = {"KeyId": create_key(aws), "Operations": ["Decrypt"]}

    def put(name: str) -> Iterator[tuple[Callable[[], Any], str]]:
        arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        who = {"AWS": arn}
        objects = document(grant(who, "s3:GetObject", Resource="arn:aws:s3:::team-data/*"))
        yield partial(s3.put_bucket_policy, Bucket="team-data", Policy=objects), "MalformedPolicy"
        key = document(OWNER, statement(who, "kms:Decrypt"))
        yield partial(kms.create_key, Policy=key), "MalformedPolicyDocumentException"
        images = {"repositoryName": "studio", "policyText": document(grant(who, "ecr:GetImage"))}
        yield partial(ecr.set_repository_policy, **images), "InvalidParameterException"
        yield partial(kms.create_grant, **granted, GranteePrincipal=arn), "InvalidArnException"

    for call, code in put("absent"):
        assert code_of(call) == code
    make_role(aws, "present")
    for call, _ in put("present"):
        call()


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
    policy = document(OWNER, named)
    code = "MalformedPolicyDocumentException" if refused else ""
    assert code_of(create, Policy=policy) == code
