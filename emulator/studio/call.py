"""What every Studio operation is told beside its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.session import Session
from moto.backends import get_backend

from emulator.clock import Clock
from emulator.options import Options

_PARTITIONS = Session()


@dataclass(frozen=True)
class Call:
    """One request: who asked, where, and what time and which options rule the emulator.

    account: 12 digits; region: a region's name; endpoint_url: the emulator's own address;
    channel_url: where its sessions' data channels are, `ws://127.0.0.1:PORT`.
    """

    account: str
    region: str
    clock: Clock
    options: Options
    endpoint_url: str = ""
    channel_url: str = ""

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` or `aws-us-gov`, from the region."""
        return str(_PARTITIONS.get_partition_for_region(self.region))

    @property
    def caller_arn(self) -> str:
        """Who asked."""
        return f"arn:{self.partition}:iam::{self.account}:root"

    @property
    def caller_name(self) -> str:
        """What the ids of the caller's sessions begin with."""
        return "root"

    def arn(self, resource: str) -> str:
        """The SageMaker ARN of `resource`, for example `domain/d-abc`."""
        return f"arn:{self.partition}:sagemaker:{self.region}:{self.account}:{resource}"

    def backend(self, service: str) -> Any:
        """Moto's backend of `service` for this account and region (IAM's is global)."""
        regions = get_backend(service)[self.account]
        return regions[self.partition] if service == "iam" else regions[self.region]
