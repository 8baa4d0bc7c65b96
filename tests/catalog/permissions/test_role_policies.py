"""The actions that a user's role allows, and the limits of AWS for policies.

tests/stacks/test_identity.py evaluates the deployed policies of users and nodes.
"""

import json
import re

import pytest

from catalog.permissions import role_policies, ssh_permissions, studio_permissions, trust
from catalog.permissions.iam import Account, Statement, document
from catalog.regions import PARTITIONS
from settings import Feature
from tests.policy_evaluator import allows
from tools.permissions import operations

ACCOUNT = Account(partition="aws", region="us-east-1", id="123456789012")
KEY = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
ROLE = ACCOUNT.role_arn("studio-user-alice")
SM = "arn:aws:sagemaker:us-east-1:123456789012"
SSM = "arn:aws:ssm:us-east-1:123456789012"
ECR = "arn:aws:ecr:us-east-1"
SDK_BUCKET = "arn:aws:s3:::sagemaker-us-east-1-123456789012"
IN_DOMAIN = {"sagemaker:DomainId": "d-1"}
MINE = {
    **IN_DOMAIN,
    "sagemaker:OwnerUserProfileArn": f"{SM}:user-profile/d-1/alice",
    "sagemaker:SpaceSharingType": "Private",
}
THEIRS = {**MINE, "sagemaker:OwnerUserProfileArn": f"{SM}:user-profile/d-1/bob"}
OURS = {**MINE, "sagemaker:SpaceSharingType": "Shared"}
SAME_ACCOUNT = {"aws:ResourceAccount": "123456789012"}
OTHER_ACCOUNT = {"aws:ResourceAccount": "763104351884"}
TAG = "ssm:resourceTag/SSHOwner"

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


def _user(*features: Feature) -> dict[str, tuple[Statement, ...]]:
    shared = role_policies.shared(
        ACCOUNT, name="studio", features=features, buckets=("data",), key=KEY
    )
    own = role_policies.own(ACCOUNT, user="alice", role=ROLE, features=features)
    return {**{name: policy.statements for name, policy in shared.items()}, "own": own}


def _all_documents() -> dict[str, tuple[Statement, ...]]:
    return {
        **_user(*Feature),
        "client": role_policies.client(
            ACCOUNT, user="alice", features=tuple(Feature), key=KEY, root_shell=True
        ),
        "image": studio_permissions.image(ACCOUNT, name="studio", role=ROLE),
    }


STATEMENTS = {
    f"{policy}/{statement.sid}": statement
    for policy, statements in _all_documents().items()
    for statement in statements
}


@pytest.mark.parametrize(
    ("action", "resource", "context", "allowed"),
    [
        ("sagemaker:CreateSpace", f"{SM}:space/d-1/x", MINE, True),
        ("sagemaker:CreateSpace", f"{SM}:space/d-1/x", THEIRS, False),
        ("sagemaker:UpdateSpace", f"{SM}:space/d-1/x", OURS, False),
        ("sagemaker:DeleteSpace", f"{SM}:space/d-2/x", MINE, False),
        ("sagemaker:CreateApp", f"{SM}:app/d-1/x/JupyterLab/default", MINE, True),
        ("sagemaker:DeleteApp", f"{SM}:app/d-1/x/JupyterLab/default", THEIRS, False),
        ("sagemaker:DeleteApp", f"{SM}:app/d-1/alice/JupyterLab/default", THEIRS, False),
        ("sagemaker:DeleteApp", f"{SM}:app/d-1/alice/KernelGateway/x", IN_DOMAIN, True),
        ("sagemaker:DeleteApp", f"{SM}:app/d-1/bob/KernelGateway/x", IN_DOMAIN, False),
        ("sagemaker:CreatePresignedDomainUrl", f"{SM}:user-profile/d-1/alice", {}, True),
        ("sagemaker:CreatePresignedDomainUrl", f"{SM}:user-profile/d-1/bob", {}, False),
        ("sagemaker:CreatePresignedDomainUrl", f"{SM}:user-profile/d-1/malice", {}, False),
        ("sagemaker:UpdateDomain", f"{SM}:domain/d-1", {}, False),
        ("sagemaker:UpdateUserProfile", f"{SM}:user-profile/d-1/alice", {}, False),
        ("iam:PassRole", ROLE, {"iam:PassedToService": "ssm.amazonaws.com"}, True),
        ("iam:PassRole", ROLE, {"iam:PassedToService": "sagemaker.amazonaws.com"}, True),
        ("iam:PassRole", ROLE, {"iam:PassedToService": "ec2.amazonaws.com"}, False),
        (
            "iam:PassRole",
            ACCOUNT.role_arn("studio-user-bob"),
            {"iam:PassedToService": "ssm.amazonaws.com"},
            False,
        ),
        ("ssm:UpdateInstanceInformation", f"{SSM}:managed-instance/mi-1", {TAG: "alice"}, True),
        ("ssm:UpdateInstanceInformation", f"{SSM}:managed-instance/mi-1", {TAG: "bob"}, False),
        ("ssm:StartSession", f"{SSM}:managed-instance/mi-1", {TAG: "alice"}, False),
        ("s3:PutObject", f"{SDK_BUCKET}/ssh-authorized-keys/alice/k.pub", SAME_ACCOUNT, False),
        ("s3:PutObject", f"{SDK_BUCKET}/job/output", SAME_ACCOUNT, True),
        ("s3:PutObject", f"{SDK_BUCKET}/job/output", OTHER_ACCOUNT, False),
        ("s3:PutObject", "arn:aws:s3:::data/x", {}, True),
        ("s3:PutObject", "arn:aws:s3:::data-of-others/x", {}, False),
        ("ecr:BatchGetImage", f"{ECR}:123456789012:repository/studio/a", {}, True),
        ("ecr:BatchGetImage", f"{ECR}:123456789012:repository/other", SAME_ACCOUNT, False),
        ("ecr:BatchGetImage", f"{ECR}:763104351884:repository/pytorch", OTHER_ACCOUNT, True),
        ("sagemaker:CreateTrainingJob", f"{SM}:training-job/x", {}, False),
        (
            "sagemaker:CreateTrainingJob",
            f"{SM}:training-job/x",
            {"sagemaker:VpcSubnets": "subnet-1", "sagemaker:VpcSecurityGroupIds": "sg-1"},
            True,
        ),
        ("kms:ScheduleKeyDeletion", KEY, {}, False),
    ],
)
def test_actions_of_the_role_of_a_user(
    action: str, resource: str, context: dict[str, str], allowed: bool
) -> None:
    statements = [s for policy in _user(*Feature).values() for s in policy]
    assert allows(statements, action, resource, context) is allowed


def test_without_features_the_role_allows_neither_ssh_nor_passing_a_role() -> None:
    policies = _user()
    actions = {a for statements in policies.values() for s in statements for a in s.actions}
    assert set(policies) == {"studio", "buckets", "own"}
    assert not {a for a in actions if a.startswith(("ssm", "ec2messages:", "iam:"))}
    client = role_policies.client(ACCOUNT, user="alice", features=())
    assert not {a for s in client for a in s.actions if a.startswith("ssm")}


def test_only_old_agents_use_ec2messages() -> None:
    def prefixes(*, legacy_agent: bool) -> set[str]:
        statements = ssh_permissions.every_server(legacy_agent=legacy_agent)
        return {a.partition(":")[0] for s in statements for a in s.actions}

    assert prefixes(legacy_agent=True) - prefixes(legacy_agent=False) == {"ec2messages"}


def test_the_image_role_reads_only_repositories_of_the_deployment() -> None:
    statements = studio_permissions.image(ACCOUNT, name="studio", role=ROLE)
    repository = "arn:aws:ecr:us-east-1:123456789012:repository/{}"
    assert allows(statements, "ecr:GetAuthorizationToken", "*")
    assert allows(statements, "ecr:BatchGetImage", repository.format("studio/slim"))
    assert not allows(statements, "ecr:BatchGetImage", repository.format("studio2/slim"))
    assert not allows(statements, "ecr:PutImage", repository.format("studio/slim"))


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


def test_the_longest_documents_are_within_the_quota() -> None:
    region = max(PARTITIONS, key=lambda name: len(name) + len(PARTITIONS[name]))
    account = Account(partition=PARTITIONS[region], region=region, id="123456789012")
    name, user = "n" * 20, "u" * 63
    role = account.role_arn("r" * 64)
    key = account.arn("kms", f"key/mrk-{'0' * 32}")
    shared = role_policies.shared(
        account,
        name=name,
        features=tuple(Feature),
        buckets=tuple(f"{'b' * 61}{number:02}" for number in range(30)),
        key=key,
    )
    sizes = {policy: len(document(shared[policy].statements)) for policy in shared}
    client = len(
        document(
            role_policies.client(
                account, user=user, features=tuple(Feature), key=key, root_shell=True
            )
        )
    )
    own = len(document(role_policies.own(account, user=user, role=role, features=tuple(Feature))))
    trusted = document(
        [trust.sagemaker(account, source_identity=True), trust.systems_manager(account)]
    )
    # IAM's quotas, in characters without white space: a managed policy, a role's inline policies,
    # a trust policy; and the number of managed policies of a role.
    assert max(*sizes.values(), client) <= 6144, sizes
    assert own <= 10_240
    assert len(trusted) <= 2048
    assert len(sizes) <= 10


@pytest.mark.parametrize(
    ("statement", "service", "operator"),
    [
        (trust.sagemaker(ACCOUNT, source_identity=True), "sagemaker", "StringEqualsIfExists"),
        (trust.systems_manager(ACCOUNT), "ssm", "StringEquals"),
    ],
)
def test_services_assume_roles_only_for_this_account_and_region(
    statement: Statement, service: str, operator: str
) -> None:
    element = json.loads(document([statement]))["Statement"][0]
    assert element["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert element["Condition"] == {
        operator: {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": f"arn:aws:{service}:us-east-1:123456789012:*"},
    }
    assert "Resource" not in element
