"""Which VPC endpoint services each feature needs, and their names.

Sources: SageMaker guide, "Connect Studio in a VPC to external resources"
(studio-updated-and-internet-access): Studio does not run without the endpoints for the SageMaker
API, SageMaker Runtime and Studio itself. The rest: each service's guide, page "VPC endpoints".
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from catalog.names import Feature

STUDIO = "studio"

BASELINE: tuple[str, ...] = ("sagemaker.api", "sagemaker.runtime", STUDIO)

FEATURES: Mapping[Feature, tuple[str, ...]] = MappingProxyType(
    {
        # Without logs, the agent spends two minutes on CloudWatch before it opens a session
        # (aws/amazon-ssm-agent#639).
        Feature.CONNECT: ("ssm", "ssmmessages", "sts", "logs"),
        # ECR is for images that a notebook looks up, runs in local mode or pushes.
        Feature.JOBS: ("sts", "logs", "ecr.api", "ecr.dkr"),
        # Permissions only: the baseline has the endpoint.
        Feature.INFERENCE: (),
        Feature.PROJECTS: ("servicecatalog",),
        Feature.PACKAGES: ("codeartifact.api", "codeartifact.repositories"),
        Feature.GIT: ("git-codecommit",),
        Feature.ENCRYPTION: ("kms",),
        # Newer SSM agents than 3.3.40.0 do not use it.
        Feature.LEGACY_AGENT: ("ec2messages",),
    }
)

SERVICES: tuple[str, ...] = tuple(
    dict.fromkeys((*BASELINE, *(service for needed in FEATURES.values() for service in needed)))
)
"""The short names of all interface endpoints that any feature needs."""

AWS_DEFAULT_POLICY = frozenset({STUDIO, "ssm", "ssmmessages", "ec2messages"})
"""Services whose endpoints keep AWS's default policy, which allows all requests.

Studio's endpoint serves browsers. Through the others, the node of SageMaker's own remote access
reaches Systems Manager, most likely with credentials of an account of AWS: a policy for one account
would deny its requests. docs/explanation/threat-model.md describes the risk.
"""

# Services whose names have the prefix cn.com.amazonaws in the Chinese regions.
_CHINA = frozenset(
    {"ecr.api", "ecr.dkr", "sagemaker.api", "sagemaker.runtime", "servicecatalog", "sts"}
)


def services(features: Iterable[Feature]) -> tuple[str, ...]:
    """The short names of the interface endpoints that the features need, without duplicates."""
    wanted = set(features)
    extra = (service for feature in Feature if feature in wanted for service in FEATURES[feature])
    return tuple(dict.fromkeys((*BASELINE, *extra)))


def service_name(service: str, region: str) -> str:
    """The full name of an interface endpoint's service in a region."""
    if service == STUDIO:
        return f"aws.sagemaker.{region}.studio"
    prefix = (
        "cn.com.amazonaws" if region.startswith("cn-") and service in _CHINA else "com.amazonaws"
    )
    return f"{prefix}.{region}.{service}"
