"""Resources and their transitions from status to status.

Without threads: a resource holds its next status and when it is due, and `Store.settle` applies
what is due before each request.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from studio_emulator.clock import Clock
from studio_emulator.errors import AwsError

GONE = ""


@dataclass(frozen=True)
class Transition:
    """At `due` (epoch seconds) run `effect`, then the status is `status`, or the resource is GONE.

    An effect that raises AwsError makes the status `failed` and its message the failure reason.
    """

    due: float
    status: str
    effect: Callable[[], None] | None
    failed: str


@dataclass(kw_only=True)
class Resource:
    """A Studio resource; `data` has its members as Describe answers them, less status and times.

    created, modified: epoch seconds. owned: what exists only because of it, such as the network
    interfaces of an app, by kind. waits: what keeps it in its status for as long as it is true.
    """

    type: str
    id: str
    name: str
    arn: str
    data: dict[str, Any]
    status: str = ""
    created: float
    modified: float = field(init=False)
    failure: str = ""
    pending: Transition | None = None
    owned: dict[str, Any] = field(default_factory=dict)
    waits: Callable[[], bool] | None = None

    def __post_init__(self) -> None:
        self.modified = self.created

    @property
    def due(self) -> float:
        """When (epoch seconds) the pending transition is to be applied; never: infinity."""
        if self.pending is None or (self.waits is not None and self.waits()):
            return math.inf
        return self.pending.due

    def answer(self) -> dict[str, Any]:
        """The members with Status, CreationTime, LastModifiedTime and FailureReason."""
        answer = {
            **self.data,
            "Status": self.status,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
        }
        if self.failure:
            answer["FailureReason"] = self.failure
        return answer


def begin(
    clock: Clock,
    resource: Resource,
    status: str,
    *,
    then: str,
    after: float,
    effect: Callable[[], None] | None = None,
    failed: str = "Failed",
) -> None:
    """Set `status` now and `then` (a status, or GONE) `after` that many seconds of AWS time."""
    resource.status = status
    resource.modified = clock.now()
    resource.failure = ""
    resource.pending = Transition(clock.due(after), then, effect, failed)


def settle(resource: Resource) -> None:
    """Apply the transition that is due."""
    transition = resource.pending
    if transition is None:
        return
    resource.pending = None
    resource.modified = transition.due
    try:
        if transition.effect:
            transition.effect()
    except AwsError as error:
        resource.status, resource.failure = transition.failed, error.message
    else:
        resource.status = transition.status


def is_gone(resource: Resource) -> bool:
    """Whether the resource has ceased to exist."""
    return resource.status == GONE and resource.pending is None
