"""The account that the claims are asked of: names, tags, waiting, and taking all of it down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import boto3
import pytest
from botocore.exceptions import ClientError

from catalog.distribution import VERSION_ALIAS, image_arn

TAG = "StudioConformance"
PREFIX = "conformance-"
FILES = sorted(Path(__file__).parent.glob("*_claims.py"), key=lambda path: "life" in path.name)
"""The files with a test for each claim; the life, which takes longest, is asked last."""

_LONGEST_WAIT = 30 * 60


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account and region.

    run: in every name and tag. pause: seconds between two looks. patience: seconds after which
    what has not happened does not happen. emulated: it is not a real one.
    """

    session: boto3.Session
    endpoint_url: str | None
    run: str
    pause: float
    patience: float = 300
    emulated: bool = False
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def region(self) -> str:
        return str(self.session.region_name)

    def client(self, service: Any) -> Any:
        """The client of a service, created once."""
        if service not in self._clients:
            made = self.session.client(service, endpoint_url=self.endpoint_url)
            self._clients[service] = made
        return self._clients[service]

    @property
    def prefix(self) -> str:
        """What every name of the run begins with."""
        return f"{PREFIX}{self.run}"

    def name(self, suffix: str) -> str:
        return f"{self.prefix}-{suffix}"

    @property
    def tags(self) -> list[dict[str, str]]:
        return [{"Key": TAG, "Value": self.run}]

    def until(self, settled: Callable[[], Any], what: str) -> Any:
        """Ask again and again until the answer is true; Unasked after half an hour."""
        deadline = time.monotonic() + _LONGEST_WAIT
        while not (answer := settled()):
            if time.monotonic() > deadline:
                raise Unasked(f"{what} took more than {_LONGEST_WAIT // 60} min")
            time.sleep(self.pause)
        return answer

    def never(self, happened: Callable[[], Any]) -> bool:
        """Whether it does not happen for as long as ``patience``."""
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            if happened():
                return False
            time.sleep(self.pause)
        return True

    def gone(self, describe: Callable[[], Any], what: str) -> None:
        """Wait until describing it is a client error."""

        def absent() -> bool:
            try:
                describe()
            except ClientError:
                return True
            return False

        self.until(absent, f"deleting {what}")


def distribution_spec(region: str, instance_type: str = "ml.t3.large") -> dict[str, str]:
    """The ResourceSpec of an app that runs SageMaker Distribution."""
    return {
        "InstanceType": instance_type,
        "SageMakerImageArn": image_arn(region, instance_type),
        "SageMakerImageVersionAlias": VERSION_ALIAS,
    }


class Unasked(Exception):
    """The claim could not be asked: the account does not allow what the question needs."""


@contextmanager
def refused(code: str | Literal["any"]) -> Iterator[None]:
    """The block's call is refused with that code; whatever else AWS answers fails the test."""
    try:
        yield
    except ClientError as error:
        answer = error.response["Error"]
        if answer["Code"] in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"):
            raise Unasked(f"{error.operation_name}: {answer['Message']}") from None
        if code not in ("any", answer["Code"]):
            pytest.fail(f"AWS answered {answer['Code']}: {answer['Message']}", pytrace=False)
    else:
        pytest.fail(f"AWS did not refuse it; {code} was claimed", pytrace=False)
