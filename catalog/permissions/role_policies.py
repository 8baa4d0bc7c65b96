"""The policies of a role for a set of features."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from catalog.names import Feature
from catalog.permissions import (
    feature_permissions,
    job_permissions,
    space_permissions,
    ssh_permissions,
    studio_permissions,
)
from catalog.permissions.iam import Account, Statement


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A customer managed policy that several roles share."""

    description: str
    statements: tuple[Statement, ...]


def shared(
    account: Account,
    *,
    name: str,
    features: Collection[Feature],
    buckets: tuple[str, ...] = (),
    repositories: tuple[str, ...] = (),
    key: str | None = None,
) -> Mapping[str, Policy]:
    """The policies of every user's role by name; the domain's role has the first, ``studio``, too.

    name: of the deployment. repositories: the ARNs of repositories of other pipelines.
    key: the ARN of the domain's KMS key; None means the AWS managed one, without statements.
    """
    base = studio_permissions.everyone(account, name=name, repositories=repositories)
    by_feature = {
        Feature.JOBS: Policy(
            description="Training, tuning, processing and transform jobs in the VPC.",
            statements=job_permissions.jobs(account),
        ),
        Feature.INFERENCE: Policy(
            description="Calling this account's endpoints.",
            statements=job_permissions.inference(account),
        ),
        Feature.PROJECTS: Policy(
            description="SageMaker projects from shared templates.",
            statements=feature_permissions.projects(account),
        ),
        Feature.PACKAGES: Policy(
            description="Reading packages from CodeArtifact.",
            statements=feature_permissions.packages(account),
        ),
        Feature.GIT: Policy(
            description="Cloning and pushing CodeCommit repositories.",
            statements=feature_permissions.git(account, name=name),
        ),
        Feature.CONNECT: Policy(
            description="The SSM agent's channels to Systems Manager.",
            statements=ssh_permissions.agent(legacy_agent=Feature.LEGACY_AGENT in features),
        ),
    }
    policies = {
        "studio": Policy(
            description="What Studio itself needs.",
            statements=base + (studio_permissions.key(account, arn=key) if key else ()),
        )
    }
    if buckets:
        policies["buckets"] = Policy(
            description="The buckets that people may read and write.",
            statements=studio_permissions.buckets(account, names=buckets),
        )
    if key and Feature.ENCRYPTION in features:
        policies["encryption"] = Policy(
            description="Encrypting with the domain's key.",
            statements=feature_permissions.encryption(key=key),
        )
    for feature, policy in by_feature.items():
        if feature in features:
            policies[feature.value] = policy
    return policies


def own(
    account: Account, *, name: str, user: str, role: str, features: Collection[Feature]
) -> tuple[Statement, ...]:
    """The inline policy of a user profile's role; name: of the deployment, role: its ARN."""
    statements = studio_permissions.own(account, name=name, user=user)
    if Feature.JOBS in features:
        statements += (
            studio_permissions.pass_role(
                role, service="sagemaker.amazonaws.com", sid="RunJobsWithThisRole"
            ),
        )
    if Feature.CONNECT in features:
        statements += ssh_permissions.app(account, name=name, user=user, role=role)
    return statements


def client(
    account: Account,
    *,
    name: str,
    user: str,
    features: Collection[Feature],
    key: str | None = None,
    port_forwarding: bool = True,
    root_shell: bool = False,
) -> tuple[Statement, ...]:
    """The policy of a user's identity in AWS, to open Studio and, with connect, to reach a space.

    name: of the deployment. key: the ARN of the domain's KMS key, which the start of an app uses;
    None means the AWS managed one. port_forwarding, root_shell: sessions of Systems Manager besides
    SSH.
    """
    statements = space_permissions.open_studio(account, name=name, user=user)
    if Feature.CONNECT in features:
        statements += space_permissions.run_own_space(account, name=name, user=user)
        statements += studio_permissions.key(account, arn=key) if key else ()
        statements += ssh_permissions.client(
            account, name=name, user=user, port_forwarding=port_forwarding, root_shell=root_shell
        )
    return statements
