"""AWS in one region: the one way to call it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.session import Session

from studio.aws.errors import aws_errors, credential_errors
from studio.aws.session import default_session

_CONFIG = Config(
    connect_timeout=10,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    user_agent_extra="sagemaker-studio-cdktf",
)

_making = threading.Lock()


@dataclass(frozen=True)
class Aws:
    """AWS in one region. Every call of one of its clients raises AwsError where it fails.

    endpoint: an emulator's, None for AWS or for what AWS_ENDPOINT_URL names. session: whose
    credentials; None for the environment's.
    """

    region: str
    endpoint: str | None = None
    session: Session | None = field(default=None, repr=False)
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def client(self, service: str) -> Any:
        """The one client of a service. Raises AwsError where botocore cannot make one."""
        with _making, credential_errors():
            if service not in self._clients:
                session = self.session or default_session()
                self._clients[service] = session.create_client(
                    service, region_name=self.region, endpoint_url=self.endpoint, config=_CONFIG
                )
            return self._clients[service]

    def all(self, service: str, operation: str, member: str, **params: Any) -> list[dict[str, Any]]:
        """What all pages of a list operation hold under ``member``. Raises AwsError."""
        with aws_errors():
            pages = self.client(service).get_paginator(operation).paginate(**params)
            return [item for page in pages for item in page.get(member, ())]

    def in_region(self, region: str) -> Aws:
        """The same credentials in another region."""
        return Aws(region, self.endpoint, self.session)

    @property
    def profile(self) -> str | None:
        """The profile of the credentials, None for the default one. Raises AwsError."""
        name = (self.session or default_session()).profile
        return None if name in {None, "default"} else str(name)

    def account(self) -> str:
        """The id of the credentials' account. Raises AwsError."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def describe(self) -> str:
        """Account and region as a person reads them; says so when AWS is an emulator.

        Raises AwsError.
        """
        endpoint = self.client("sts").meta.endpoint_url
        own = (urlsplit(endpoint).hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn"))
        where = "" if own else f" at {endpoint} (not AWS itself)"
        return f"account {self.account()}, {self.region}{where}"
