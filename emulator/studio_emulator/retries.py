"""Gives a retry of an SDK the response of the first attempt; AWS would run the request twice."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from studio_emulator.wsgi import Reply

_KEPT = 1000
_LARGEST = 100_000


class RetriedRequests:
    """Gives a retry the response of the first attempt, if that succeeded.

    On a busy machine a client loses about one response in ten thousand, and the retry of its SDK
    fails as a duplicate. A retry has the same `amz-sdk-invocation-id` and a higher attempt in
    `amz-sdk-request`.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Reply] = OrderedDict()

    def answer(self, environ: Mapping[str, Any]) -> Reply | None:
        """The response of an earlier attempt, if any."""
        if environ.get("HTTP_AMZ_SDK_REQUEST", "attempt=1").startswith("attempt=1;"):
            return None
        return self._answers.get(environ.get("HTTP_AMZ_SDK_INVOCATION_ID", ""))

    def keep(self, environ: Mapping[str, Any], reply: Reply) -> None:
        """Store the response of a request that succeeded."""
        invocation = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        if invocation and reply.status < 300 and len(reply.body) <= _LARGEST:
            self._answers[invocation] = reply
            if len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
