"""The clients of one region: the time limit and the retries of a call."""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.session import Session

from studio.aws.botocore_session import default_session
from studio.aws.errors import aws_errors, credential_errors, ignoring

_CONFIG = Config(
    connect_timeout=10,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    user_agent_extra="sagemaker-studio-cdktf",
)

_creating = threading.Lock()


@dataclass(frozen=True)
class Aws:
    """AWS in one region. The calls of its clients raise AwsError.

    session: None for the environment's credentials.
    """

    region: str
    session: Session | None = field(default=None, repr=False)
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def client(self, service: str) -> Any:
        """The client of a service, created once. Raises AwsError if botocore cannot create it."""
        with _creating, credential_errors():
            if service not in self._clients:
                session = self.session or default_session()
                self._clients[service] = session.create_client(
                    service, region_name=self.region, config=_CONFIG
                )
            return self._clients[service]

    def all(self, service: str, operation: str, member: str, **params: Any) -> list[dict[str, Any]]:
        """The items of ``member`` in all pages of a list operation. Raises AwsError."""
        return list(self.each(service, operation, member, **params))

    def described(self, operation: str, **key: Any) -> dict[str, Any] | None:
        """The response of a Describe operation of SageMaker; None without such a resource.

        Raises AwsError.
        """
        with ignoring("ResourceNotFound"):
            answer: dict[str, Any] = getattr(self.client("sagemaker"), operation)(**key)
            return answer
        return None

    def list_ec2(
        self, operation: str, member: str, filters: Mapping[str, Sequence[str]]
    ) -> list[dict[str, Any]]:
        """As ``all``, of EC2. filters: the values of each filter, by its name."""
        asked = [{"Name": name, "Values": list(values)} for name, values in filters.items()]
        return self.all("ec2", operation, member, Filters=asked)

    def each(
        self, service: str, operation: str, member: str, **params: Any
    ) -> Iterator[dict[str, Any]]:
        """As ``all``; requests each page only when its first item is needed."""
        with aws_errors():
            for page in self.client(service).get_paginator(operation).paginate(**params):
                yield from page.get(member, ())

    def in_region(self, region: str) -> "Aws":
        """The same credentials in another region."""
        return Aws(region, self.session)

    @property
    def profile(self) -> str | None:
        """The profile of the credentials; None for the default profile. Raises AwsError."""
        name = (self.session or default_session()).profile
        return None if name in {None, "default"} else str(name)

    @property
    def ca_bundle(self) -> str | None:
        """The file of certificates that botocore accepts; None for its own. Raises AwsError."""
        chosen = (self.session or default_session()).get_config_variable("ca_bundle")
        return chosen or os.environ.get("REQUESTS_CA_BUNDLE")

    def account(self) -> str:
        """The id of the credentials' account. Raises AwsError."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def describe(self) -> str:
        """The account, the region and an endpoint that is not AWS's, in words. Raises AwsError."""
        endpoint = self.client("sts").meta.endpoint_url
        own = (urlsplit(endpoint).hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn"))
        where = "" if own else f" at {endpoint} (not AWS itself)"
        return f"account {self.account()}, {self.region}{where}"
