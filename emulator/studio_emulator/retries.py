"""Requests that an SDK retries because it did not get the answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from studio_emulator.protocol import Reply

_KEPT = 1000
_LARGEST = 100_000


class RetriedRequests:
    """Answers a retried request as the first attempt was answered, if that succeeded.

    On a busy machine a client loses about one answer in ten thousand, and its SDK sends the request
    again, which would be refused as a duplicate. SDKs mark a retry: the same
    `amz-sdk-invocation-id`, and a higher attempt in `amz-sdk-request`.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Reply] = OrderedDict()

    def answer(self, environ: Mapping[str, Any]) -> Reply | None:
        """The answer of an earlier attempt; None where there is none."""
        if environ.get("HTTP_AMZ_SDK_REQUEST", "attempt=1").startswith("attempt=1;"):
            return None
        return self._answers.get(environ.get("HTTP_AMZ_SDK_INVOCATION_ID", ""))

    def keep(self, environ: Mapping[str, Any], reply: Reply) -> None:
        """Remember the answer of a request that succeeded."""
        invocation = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        if invocation and reply.status < 300 and len(reply.body) <= _LARGEST:
            self._answers[invocation] = reply
            if len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
