"""The policies of a user's role and of the user's own identity, with all features by default."""

from collections.abc import Iterable

from catalog.permissions import role_policies
from catalog.permissions.iam import Account, Statement
from settings import Feature
from studio_emulator.iam.conditions import Context
from tests.policy_evaluator import allows

ACCOUNT = Account(partition="aws", region="us-east-1", id="123456789012")
KEY = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
ROLE = ACCOUNT.role_arn("studio-user-alice")
SM = "arn:aws:sagemaker:us-east-1:123456789012"
SPACE = f"{SM}:space/d-1/{{}}"
APP = f"{SM}:app/d-1/{{}}/JupyterLab/default"
ECR = "arn:aws:ecr:us-east-1"
SAME_ACCOUNT = {"aws:ResourceAccount": "123456789012"}
HERE = {"sagemaker:ResourceTag/StudioDeployment": "studio"}
ELSEWHERE = {"sagemaker:ResourceTag/StudioDeployment": "other"}
"""The tag of what another deployment of the account has created."""
OTHER_ACCOUNT = {"aws:ResourceAccount": "763104351884"}


def policies(*features: Feature, user: str = "alice") -> dict[str, tuple[Statement, ...]]:
    """The statements of a user's role, by policy."""
    shared = role_policies.shared(
        ACCOUNT, name="studio", features=features, buckets=("data",), key=KEY
    )
    role = ACCOUNT.role_arn(f"studio-user-{user}")
    own = role_policies.own(ACCOUNT, name="studio", user=user, role=role, features=features)
    return {**{name: policy.statements for name, policy in shared.items()}, "own": own}


def role_allows(
    action: str,
    resource: str,
    context: Context | None = None,
    *,
    user: str = "alice",
    features: Iterable[Feature] = Feature,
) -> bool:
    """Whether a user's role allows the action."""
    statements = [one for policy in policies(*features, user=user).values() for one in policy]
    return allows(statements, action, resource, context)


def client_allows(
    action: str,
    resource: str,
    context: Context | None = None,
    *,
    user: str = "alice",
    features: Iterable[Feature] = Feature,
    **sessions: bool,
) -> bool:
    """Whether the policy of a user's identity allows it. sessions: port_forwarding, root_shell."""
    statements = role_policies.client(
        ACCOUNT, name="studio", user=user, features=tuple(features), key=KEY, **sessions
    )
    return allows(statements, action, resource, context)


def space_of(owner: str, sharing: str = "Private") -> Context:
    """The condition keys of a request for a space from outside Studio."""
    return {
        "sagemaker:OwnerUserProfileArn": f"{SM}:user-profile/d-1/{owner}",
        "sagemaker:SpaceSharingType": sharing,
    }


def passed_to(service: str) -> Context:
    return {"iam:PassedToService": f"{service}.amazonaws.com"}
