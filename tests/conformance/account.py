"""The account for the checks: clients, names, tags and waiting."""

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
RUN_ID = "[0-9a-f]{8}"
FILES = sorted(Path(__file__).parent.glob("*_claims.py"), key=lambda path: "deploy" in path.name)
"""The files with a test for each claim. The deployment, which takes longest, is the last."""

_TIMEOUT_MINUTES = 30


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account and a region.

    run_id: part of all names, and the value of the tag.
    """

    session: boto3.Session
    endpoint_url: str | None
    run_id: str
    emulated: bool
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def region(self) -> str:
        return str(self.session.region_name)

    def client(self, service: Any) -> Any:
        """The client of a service, created once."""
        if service not in self._clients:
            created = self.session.client(service, endpoint_url=self.endpoint_url)
            self._clients[service] = created
        return self._clients[service]

    @property
    def poll_seconds(self) -> float:
        """The time between two requests of a wait."""
        return 0.05 if self.emulated else 5

    @property
    def prefix(self) -> str:
        """The prefix of all names of the run."""
        return f"{PREFIX}{self.run_id}"

    def name(self, suffix: str) -> str:
        return f"{self.prefix}-{suffix}"

    @property
    def tags(self) -> list[dict[str, str]]:
        return [{"Key": TAG, "Value": self.run_id}]

    def wait_until(self, condition: Callable[[], Any], what: str) -> Any:
        """Wait for a true value, and return it. Raises NotChecked after half an hour."""
        deadline = time.monotonic() + 60 * _TIMEOUT_MINUTES
        while not (value := condition()):
            if time.monotonic() > deadline:
                raise NotChecked(f"{what} took more than {_TIMEOUT_MINUTES} min")
            time.sleep(self.poll_seconds)
        return value

    def wait_until_settled(
        self, describe: Callable[[], dict[str, Any]], what: str, status: str = "Status"
    ) -> dict[str, Any]:
        """Wait while the status is Pending, Updating or CREATING; the description afterwards.

        Raises NotChecked for the status Failed or Update_Failed.
        """

        def settled() -> dict[str, Any] | None:
            found = describe()
            return None if found[status] in ("Pending", "Updating", "CREATING") else found

        found: dict[str, Any] = self.wait_until(settled, what)
        if found[status].endswith("Failed"):
            raise NotChecked(f"{what}: {found.get('FailureReason')}")
        return found

    def stays_false(self, condition: Callable[[], Any]) -> bool:
        """Whether the condition is false for five minutes, which last 0.3 s on an emulated AWS."""
        deadline = time.monotonic() + (0.3 if self.emulated else 300)
        while time.monotonic() < deadline:
            if condition():
                return False
            time.sleep(self.poll_seconds)
        return True

    def wait_until_deleted(self, describe: Callable[[], Any], what: str) -> None:
        """Wait until ``describe`` raises ClientError."""

        def deleted() -> bool:
            try:
                describe()
            except ClientError:
                return True
            return False

        self.wait_until(deleted, f"deleting {what}")


def emulated_account(endpoint_url: str, *, run_id: str = "emulated") -> Account:
    return Account(
        session=boto3.Session("emulated", "emulated", region_name="us-east-1"),
        endpoint_url=endpoint_url,
        run_id=run_id,
        emulated=True,
    )


def distribution_spec(region: str, instance_type: str = "ml.t3.large") -> dict[str, str]:
    """The ResourceSpec of an app that runs SageMaker Distribution."""
    return {
        "InstanceType": instance_type,
        "SageMakerImageArn": image_arn(region, instance_type),
        "SageMakerImageVersionAlias": VERSION_ALIAS,
    }


class NotChecked(Exception):
    """The claim cannot be checked, for example because of missing permissions."""


@contextmanager
def refused(code: str | Literal["any"]) -> Iterator[None]:
    """Assert that AWS refuses the call of the block with this error code."""
    try:
        yield
    except ClientError as error:
        answer = error.response["Error"]
        if answer["Code"] in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"):
            raise NotChecked(f"{error.operation_name}: {answer['Message']}") from None
        if code not in ("any", answer["Code"]):
            pytest.fail(f"AWS returned {answer['Code']}: {answer['Message']}", pytrace=False)
    else:
        pytest.fail(f"AWS did not refuse the call; the claim is {code}", pytrace=False)
