"""The instance types that a space's app can run on, with their memory and price.

Types: the API's AppInstanceType as far as version 5.100.0 of the AWS provider accepts it, without
``system`` (for Studio Classic's server) and ``ml.geospatial.interactive`` (for its own image; AWS
publishes no size). tests/plan/test_instance_types.py compares them with the provider.
Memory: EC2's DescribeInstanceTypes for the type without ``ml.``.
Prices: on demand, us-east-1, https://aws.amazon.com/sagemaker/ai/pricing/ (Studio JupyterLab and
Code Editor), read in 2026; that page also has those that are missing here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

NATIVE_MEMORY_GIB = 8
"""The least memory for SageMaker's own remote access (sagemaker/latest/dg/remote-access.html)."""
DEFAULT_INSTANCE = "ml.t3.medium"
"""SageMaker's default (sagemaker/latest/dg/studio-updated-jl-user-guide-create-space.html)."""


@dataclass(frozen=True)
class Instance:
    """usd_per_hour: in us-east-1, None where it is not known here."""

    memory_gib: float
    usd_per_hour: float | None = None


_FIVE = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge"
_C_FIVE = "large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge"
_SIX = f"{_FIVE} 32xlarge"
_SEVEN = f"{_FIVE} 48xlarge"

# Families whose memory and price are proportional to the size: GiB and USD of an xlarge, sizes.
_EVEN: tuple[tuple[str, float, float | None, str], ...] = (
    ("m5", 16, 0.2304, _FIVE),
    ("c5", 8, 0.204, _C_FIVE),
    ("r5", 32, 0.3024, _FIVE),
    ("m5d", 16, None, _FIVE),
    ("m6i", 16, None, _SIX),
    ("m6id", 16, None, _SIX),
    ("c6i", 8, None, _SIX),
    ("c6id", 8, None, _SIX),
    ("r6i", 32, None, _SIX),
    ("r6id", 32, None, _SIX),
    ("m7i", 16, None, _SEVEN),
    ("c7i", 8, None, _SEVEN),
    ("r7i", 32, None, _SEVEN),
    ("trn1", 16, None, "2xlarge 32xlarge"),
    ("trn1n", 16, None, "32xlarge"),
)
# The others, by type: GiB and, where known, USD.
_UNEVEN: dict[str, tuple[float, float | None]] = {
    "t3.micro": (1, None),
    "t3.small": (2, None),
    "t3.medium": (4, 0.05),
    "t3.large": (8, 0.1),
    "t3.xlarge": (16, 0.2),
    "t3.2xlarge": (32, 0.399),
    "g4dn.xlarge": (16, 0.7364),
    "g4dn.2xlarge": (32, 0.94),
    "g4dn.4xlarge": (64, 1.505),
    "g4dn.8xlarge": (128, 2.72),
    "g4dn.12xlarge": (192, 4.89),
    "g4dn.16xlarge": (256, 5.44),
    "g5.xlarge": (16, 1.408),
    "g5.2xlarge": (32, 1.515),
    "g5.4xlarge": (64, 2.03),
    "g5.8xlarge": (128, 3.06),
    "g5.12xlarge": (192, 7.09),
    "g5.16xlarge": (256, 5.12),
    "g5.24xlarge": (384, 10.18),
    "g5.48xlarge": (768, 20.36),
    "g6.xlarge": (16, 1.127),
    "g6.2xlarge": (32, 1.222),
    "g6.4xlarge": (64, 1.654),
    "g6.8xlarge": (128, 2.518),
    "g6.12xlarge": (192, 5.752),
    "g6.16xlarge": (256, None),
    "g6.24xlarge": (384, 8.344),
    "g6.48xlarge": (768, 16.688),
    "g6e.xlarge": (32, 2.61),
    "g6e.2xlarge": (64, 2.8),
    "g6e.4xlarge": (128, 3.76),
    "g6e.8xlarge": (256, 5.66),
    "g6e.12xlarge": (384, 13.12),
    "g6e.16xlarge": (512, None),
    "g6e.24xlarge": (768, 18.83),
    "g6e.48xlarge": (1536, 37.66),
    "p3.2xlarge": (61, None),
    "p3.8xlarge": (244, None),
    "p3.16xlarge": (488, None),
    "p3dn.24xlarge": (768, None),
    "p4d.24xlarge": (1152, None),
    "p4de.24xlarge": (1152, None),
    "p5.48xlarge": (2048, None),
    "p5en.48xlarge": (2048, None),
}


def _even() -> Iterator[tuple[str, Instance]]:
    for family, memory, price, sizes in _EVEN:
        for size in sizes.split():
            count = size.removesuffix("xlarge")
            times = 0.5 if size == "large" else float(count or 1)
            usd = None if price is None else round(times * price, 3)
            yield f"ml.{family}.{size}", Instance(times * memory, usd)


INSTANCES: Mapping[str, Instance] = MappingProxyType(
    dict(_even()) | {f"ml.{name}": Instance(*row) for name, row in _UNEVEN.items()}
)
"""Every instance type of a space's app by its name, such as ``ml.t3.large``."""

USD_PER_HOUR: Mapping[str, float] = {
    name: one.usd_per_hour for name, one in INSTANCES.items() if one.usd_per_hour is not None
}


def is_too_small_for_native(instance_type: str | None) -> bool:
    """Whether it has less than ``NATIVE_MEMORY_GIB``; False if its memory is not known."""
    instance = INSTANCES.get(instance_type or "")
    return instance is not None and instance.memory_gib < NATIVE_MEMORY_GIB
