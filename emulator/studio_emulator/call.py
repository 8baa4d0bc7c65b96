"""The context of a request."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studio_emulator.clock import Clock
from studio_emulator.iam import Context
from studio_emulator.iam.callers import Caller, caller_of
from studio_emulator.moto_internals import get_backend
from studio_emulator.moto_internals.loading import partition_of
from studio_emulator.options import Options

Params = dict[str, Any]
"""The parameters of an operation."""
Answer = dict[str, Any]
"""What an operation returns."""


@dataclass(frozen=True)
class Call:
    """The context of one request.

    endpoint_url: the emulator's URL; channel_url: the URL of data channels, `ws://127.0.0.1:PORT`;
    access_key: the signature's; arrived: when the request arrived, in epoch seconds. refusal: why
    the caller's policies do not allow a request (service, operation, parameters, call), or None.
    """

    account: str
    region: str
    clock: Clock
    options: Options
    endpoint_url: str = ""
    channel_url: str = ""
    access_key: str = ""
    arrived: float = math.inf
    refusal: Callable[[str, str, Params, "Call"], str | None] = lambda *_: None

    @property
    def partition(self) -> str:
        """The region's partition: `aws`, `aws-cn` or `aws-us-gov`."""
        return partition_of(self.region)

    @property
    def caller(self) -> Caller | None:
        """The user or role session that sent the request; None for the account's root user."""
        return caller_of(self.access_key, account=self.account, partition=self.partition)

    @property
    def caller_arn(self) -> str:
        """The caller's ARN, or that of the account's root user."""
        caller = self.caller
        return caller.arn if caller else self.arn("root", "iam")

    def check(self, action: str, resource: str, context: Context | None = None) -> None:
        """Raise AccessDeniedException unless the caller may perform `action` on `resource`."""
        caller = self.caller
        if caller is not None:
            caller.check(action, resource, context)

    def arn(self, resource: str, service: str = "sagemaker") -> str:
        """The ARN of `resource`, e.g. `domain/d-abc`, in this account and, except IAM's, region."""
        region = "" if service == "iam" else self.region
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"

    def backend(self, service: str) -> Any:
        """Moto's backend of `service` for this account and region, or for the partition (IAM)."""
        regions = get_backend(service)[self.account]
        return regions[self.partition] if service == "iam" else regions[self.region]
