"""AWS in one region: a client a service, whole lists, errors that mean that a thing is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from studio.aws.session import client


@dataclass(frozen=True)
class Aws:
    """The AWS of the environment's credentials, or an emulator's (AWS_ENDPOINT_URL)."""

    region: str

    def client(self, service: str) -> Any:
        """The one client of a service in the region. Raises UserError."""
        return client(service, self.region)

    def all(self, service: str, operation: str, member: str, **params: Any) -> list[dict[str, Any]]:
        """What all pages of a list operation hold under ``member``."""
        pages = self.client(service).get_paginator(operation).paginate(**params)
        return [item for page in pages for item in page.get(member, ())]


def code(error: ClientError) -> str:
    """AWS's code of an error."""
    return str(error.response["Error"]["Code"])


@contextmanager
def passing(*codes: str) -> Iterator[None]:
    """Leave the block, without an error, where AWS answers one of these codes."""
    try:
        yield
    except ClientError as error:
        if code(error) not in codes:
            raise
