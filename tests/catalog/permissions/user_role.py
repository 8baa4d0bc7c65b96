"""The role of a user with all features, and requests to AWS."""

from catalog.permissions import role_policies
from catalog.permissions.iam import Account, Statement
from settings import Feature
from studio_emulator.iam.conditions import Context
from tests.policy_evaluator import allows

ACCOUNT = Account(partition="aws", region="us-east-1", id="123456789012")
KEY = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
ROLE = ACCOUNT.role_arn("studio-user-alice")
SM = "arn:aws:sagemaker:us-east-1:123456789012"
ECR = "arn:aws:ecr:us-east-1"
SAME_ACCOUNT = {"aws:ResourceAccount": "123456789012"}
OTHER_ACCOUNT = {"aws:ResourceAccount": "763104351884"}


def policies(*features: Feature) -> dict[str, tuple[Statement, ...]]:
    """The statements of alice's role, by policy."""
    shared = role_policies.shared(
        ACCOUNT, name="studio", features=features, buckets=("data",), key=KEY
    )
    own = role_policies.own(ACCOUNT, user="alice", role=ROLE, features=features)
    return {**{name: policy.statements for name, policy in shared.items()}, "own": own}


def role_allows(action: str, resource: str, context: Context) -> bool:
    """Whether alice's role with all features allows the action."""
    statements = [one for policy in policies(*Feature).values() for one in policy]
    return allows(statements, action, resource, context)


def passed_to(service: str) -> Context:
    return {"iam:PassedToService": f"{service}.amazonaws.com"}
