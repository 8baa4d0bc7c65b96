"""Which private doors to AWS each feature needs, and what their services are called."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from catalog.names import Feature

STUDIO = "studio"

BASELINE: tuple[str, ...] = ("sagemaker.api", STUDIO)

FEATURES: Mapping[Feature, tuple[str, ...]] = MappingProxyType(
    {
        # Without logs, the agent spends two minutes on CloudWatch before it opens a session
        # (aws/amazon-ssm-agent#639).
        Feature.CONNECT: ("ssm", "ssmmessages", "sts", "logs"),
        # The registry is for images that a notebook looks up, runs in local mode or pushes.
        Feature.JOBS: ("sts", "logs", "ecr.api", "ecr.dkr"),
        Feature.INFERENCE: ("sagemaker.runtime",),
        Feature.PROJECTS: ("servicecatalog",),
        Feature.PACKAGES: ("codeartifact.api", "codeartifact.repositories"),
        Feature.GIT: ("git-codecommit",),
        Feature.ENCRYPTION: ("kms",),
        # SSM agents from 3.3.40.0 on do without it.
        Feature.LEGACY_AGENT: ("ec2messages",),
    }
)

# Services whose names carry another prefix in the Chinese regions; the rest keep com.amazonaws.
_CHINA = frozenset(
    {"ecr.api", "ecr.dkr", "sagemaker.api", "sagemaker.runtime", "servicecatalog", "sts"}
)


def services(features: Iterable[Feature]) -> tuple[str, ...]:
    """The short names of the interface endpoints that the features need, each once."""
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
