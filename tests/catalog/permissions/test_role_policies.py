"""The policies of a role for its features, and what holds for every statement.

tests/stacks/test_role.py compares the deployed policies with them.
"""

import re

from catalog.permissions import role_policies, studio_permissions
from settings import Feature
from tests.catalog.permissions.user_policies import ACCOUNT, KEY, ROLE, policies
from tools.permissions import operations

# IAM actions that are not operations of an API that botocore knows.
NOT_OPERATIONS = {
    "codeartifact:ReadFromRepository",
    "codecommit:GitPull",
    "codecommit:GitPush",
    "ec2messages:AcknowledgeMessage",
    "ec2messages:DeleteMessage",
    "ec2messages:FailMessage",
    "ec2messages:GetEndpoint",
    "ec2messages:GetMessages",
    "ec2messages:SendReply",
    "iam:PassRole",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "s3:ListBucket",
    "ssm:ListInstanceAssociations",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
    "sts:GetServiceBearerToken",
}


POLICIES = {
    **policies(*Feature),
    "client": role_policies.client(
        ACCOUNT, name="studio", user="alice", features=tuple(Feature), key=KEY, root_shell=True
    ),
    "image": studio_permissions.image(ACCOUNT, name="studio", role=ROLE),
}
STATEMENTS = {
    f"{policy}/{statement.sid}": statement
    for policy, statements in POLICIES.items()
    for statement in statements
}


def test_without_features_the_role_allows_neither_ssh_nor_passing_a_role() -> None:
    found = policies()
    actions = {a for statements in found.values() for s in statements for a in s.actions}
    assert set(found) == {"studio", "buckets", "own"}
    assert not {a for a in actions if a.startswith(("ssm", "ec2messages:", "iam:"))}
    client = role_policies.client(ACCOUNT, name="studio", user="alice", features=())
    assert not {a for s in client for a in s.actions if a.startswith("ssm")}


def test_every_statement_has_a_limit() -> None:
    for place, statement in STATEMENTS.items():
        assert statement.why.endswith("."), place
        assert not [action for action in statement.actions if "*" in action], place
        if "*" in statement.resources:
            assert statement.conditions or "no resource in IAM" in statement.why, place


def test_every_action_exists_in_aws() -> None:
    actions = {action for statement in STATEMENTS.values() for action in statement.actions}
    services = [action.split(":") for action in sorted(actions - NOT_OPERATIONS)]
    assert [(service, name) for service, name in services if name not in operations(service)] == []


def test_a_sid_has_only_allowed_characters() -> None:
    sids = [statement.sid for statement in STATEMENTS.values()]
    assert [sid for sid in sids if not re.fullmatch("[A-Za-z0-9]+", sid)] == []
