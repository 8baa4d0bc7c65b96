"""Requests that a client sends again because it never got the answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from studio_emulator.protocol import Reply

_KEPT = 1000
_LARGEST = 100_000


class Repeats:
    """Gives a repeated request the answer that the first one had.

    On a busy machine a client loses an answer now and then, about one of ten thousand, and its SDK
    sends the request again; a group that exists by then would be refused as a duplicate. The SDKs
    mark such requests: the same `amz-sdk-invocation-id`, and a higher attempt in
    `amz-sdk-request`. Only what succeeded is repeated, so that retries after errors are real ones.
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
