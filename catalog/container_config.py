"""SageMaker's ContainerConfig of an app image config."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class ContainerConfig:
    """How Studio starts a container of an image; empty values mean those of the image.

    At most one word of entrypoint, 50 arguments and 25 environment variables (the SageMaker API's
    model, ContainerConfig).
    """

    entrypoint: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
