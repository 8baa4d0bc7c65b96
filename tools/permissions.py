"""docs/reference/permissions.md: the roles' permissions and AmazonSageMakerFullAccess."""

import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache

from botocore.loaders import Loader
from moto.iam.aws_managed_policies import aws_managed_policies_data

from catalog.permissions import role_policies, studio_permissions
from catalog.permissions.iam import Statement
from modules import flow_logs
from modules.key import DELETION_DAYS
from settings import Feature
from settings.paths import PROJECT
from tools.full_access import LEFT_OUT, NARROWED
from tools.sample_statements import SAMPLE

PAGE = PROJECT / "docs" / "reference" / "permissions.md"

KEY = SAMPLE.arn("kms", "key/KEY")

# Prefixes of IAM actions that differ from the name of the botocore service.
_SERVICES = {
    "sagemaker": (
        "sagemaker",
        "sagemaker-a2i-runtime",
        "sagemaker-edge",
        "sagemaker-featurestore-runtime",
        "sagemaker-inference-router-runtime",
        "sagemaker-metrics",
        "sagemaker-runtime",
        "sagemakerjobruntime",
        "sagemakertrainingsessionruntime",
    ),
    "servicequotas": ("service-quotas",),
}
_UNKNOWN_TO_BOTOCORE = {"groundtruthlabeling"}


@cache
def operations(prefix: str) -> frozenset[str]:
    """The API operations of a prefix of IAM actions. botocore must have the service."""
    return frozenset(
        operation
        for service in _SERVICES.get(prefix, (prefix,))
        for operation in Loader().load_service_model(service, "service-2")["operations"]
    )


def user_policies() -> dict[str, tuple[Statement, ...]]:
    """The statements of a user's role with all features, by policy."""
    features = tuple(Feature)
    shared = role_policies.shared(
        SAMPLE, name="NAME", features=features, buckets=("BUCKET",), key=KEY
    )
    return {
        **{name: policy.statements for name, policy in shared.items()},
        "own": role_policies.own(
            SAMPLE,
            name="NAME",
            user="USER",
            role=SAMPLE.role_arn("NAME-user-USER"),
            features=features,
        ),
    }


@cache
def granted() -> frozenset[str]:
    """Each action that a user's role can have."""
    return frozenset(
        action
        for statements in user_policies().values()
        for statement in statements
        if statement.effect == "Allow"
        for action in statement.actions
    )


@cache
def full_access() -> frozenset[str]:
    """The actions of AmazonSageMakerFullAccess, with wildcards expanded for known services."""
    statements = json.loads(aws_managed_policies_data)["AmazonSageMakerFullAccess"]["Document"]
    patterns: set[str] = set()
    for statement in statements["Statement"]:
        action = statement["Action"]
        patterns.update([action] if isinstance(action, str) else action)
    return frozenset(action for pattern in patterns for action in _expanded(pattern))


def matching(patterns: Iterable[str], actions: Iterable[str]) -> list[str]:
    """The actions that match a pattern, in alphabetical order."""
    patterns = tuple(patterns)
    return sorted(a for a in set(actions) if any(fnmatchcase(a, p) for p in patterns))


def page() -> str:
    """The text of docs/reference/permissions.md."""
    return "\n".join((*_introduction(), *_grants(), *_narrowed(), *_left_out(), ""))


def _expanded(pattern: str) -> Iterator[str]:
    prefix, _, name = pattern.partition(":")
    if "*" not in name or prefix in _UNKNOWN_TO_BOTOCORE:
        yield pattern
        return
    for operation in operations(prefix):
        if fnmatchcase(operation, name):
            yield f"{prefix}:{operation}"


def _introduction() -> Iterator[str]:
    ours, theirs = granted(), full_access()
    yield f"""# Permissions

<!-- written by `python -m tools.reference` -->

AWS's managed policy AmazonSageMakerFullAccess grants {len(theirs)} actions, with its wildcards
expanded. A role of this project, with every feature enabled, grants {len(ours & theirs)} of them,
on fewer resources, and {len(ours - theirs)} others, but not the other {len(theirs - ours)}. A test
checks that each action is in one of the tables below.

Each user profile has its own role. `own` is an inline policy of that role and names the user; the
others are managed policies that all user roles share, one for each feature of `studio.toml`. The
domain's default role has only the policy `studio`. NAME, USER, BUCKET and KEY are placeholders. If
a user's name has capital letters, the policies name SageMaker's ARNs in lower case too.

The policy `client` (output `client_policy_arns`) is for the user's own identity in AWS: attach it
to that IAM user or role, and detach it before you remove the user or destroy the deployment: while
it is attached, `studio up` and `studio down` refuse to delete it. Public SSH keys are in
`s3://{SAMPLE.sagemaker_bucket}/ssh-authorized-keys/USER/`: set `SSH_AUTHORIZED_KEYS_PATH` to that.

KMS deletes a destroyed key after {DELETION_DAYS} days (flow logs: {flow_logs.DELETION_DAYS});
until then, `aws kms cancel-key-deletion` restores it. Retained home directories cannot be read
without their key: `studio down` keeps it with them, `cdktf destroy` does not.
"""


def _grants() -> Iterator[str]:
    image = studio_permissions.image(SAMPLE, name="NAME", role=SAMPLE.role_arn("NAME-image"))
    client = role_policies.client(
        SAMPLE, name="NAME", user="USER", features=tuple(Feature), key=KEY, root_shell=True
    )
    yield "## Granted\n"
    for policy, statements in {**user_policies(), "image": image, "client": client}.items():
        yield f"### {policy}\n"
        yield "| statement | reason | actions | resources | conditions |"
        yield "| --- | --- | --- | --- | --- |"
        for statement in statements:
            sid = statement.sid if statement.effect == "Allow" else f"{statement.sid} (denies)"
            yield _row(
                sid,
                statement.why,
                _code(sorted(statement.actions)),
                _code(sorted(statement.resources)),
                _code(_conditions(statement)),
            )
        yield ""


def _narrowed() -> Iterator[str]:
    yield "## Granted with narrower limits\n"
    yield "| AWS's policy also allows | limit in this project | actions |"
    yield "| --- | --- | --- |"
    for entry in NARROWED:
        yield _row(entry.feature, entry.why, _code(sorted(entry.actions)))
    yield ""


def _left_out() -> Iterator[str]:
    yield "## Not granted\n"
    yield "| purpose | reason | actions |"
    yield "| --- | --- | --- |"
    missing = full_access() - granted()
    for entry in LEFT_OUT:
        yield _row(entry.feature, entry.why, _code(matching(entry.actions, missing)))


def _conditions(statement: Statement) -> list[str]:
    return [
        f"{key} {operator} {value if isinstance(value, str) else ', '.join(value)}"
        for operator, keys in sorted(statement.conditions.items())
        for key, value in sorted(keys.items())
    ]


def _code(values: Iterable[str]) -> str:
    return "<br>".join(f"`{value}`" for value in values)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
