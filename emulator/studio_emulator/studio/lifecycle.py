"""Resources and their transitions between statuses.

A resource has its next status and the time of the change; `Store.settle` applies the changes that
are due before each request. No thread is needed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from studio_emulator.call import Answer
from studio_emulator.clock import Clock
from studio_emulator.errors import AwsError

GONE = ""


@dataclass(frozen=True)
class Change:
    """The statuses during a change, after it (GONE: deleted) and after its failure."""

    status: str
    then: str
    failed: str


CREATE = Change("Pending", "InService", "Failed")
UPDATE = Change("Updating", "InService", "Update_Failed")
DELETE = Change("Deleting", GONE, "Delete_Failed")


@dataclass(frozen=True)
class Transition:
    """The end of a change at `due` (epoch seconds).

    If the effect raises AwsError, the change fails with the message as failure reason.
    """

    due: float
    change: Change
    effect: Callable[[], None] | None


@dataclass(kw_only=True)
class Resource:
    """A Studio resource.

    data: the members of its Describe answer, without status and times. created, modified: epoch
    seconds. owned: what belongs to it and no API shows, for example an app's network interfaces.
    waits: while it returns True, the status does not change.
    """

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
    def type(self) -> str:
        """The ARN's type, for example `user-profile`."""
        return self.arn.split(":")[5].partition("/")[0]

    @property
    def id(self) -> str:
        """The ARN's part after the type."""
        return self.arn.partition("/")[2]

    @property
    def due(self) -> float:
        """The time of the pending transition in epoch seconds, or infinity."""
        if self.pending is None or (self.waits is not None and self.waits()):
            return math.inf
        return self.pending.due

    def answer(self, kind: str = "") -> Answer:
        """The members of a Describe answer, with `kind`Status."""
        answer = {
            **self.data,
            f"{kind}Status": self.status,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
        }
        if self.failure:
            answer["FailureReason"] = self.failure
        return answer

    def without_status(self) -> Answer:
        """The members of a Describe answer of a type that has no status."""
        return self.summary(*self.data, "CreationTime", "LastModifiedTime")

    def summary(self, *members: str) -> dict[str, Any]:
        """Those of these members that a Describe answer has."""
        answer = self.answer()
        return {member: answer[member] for member in members if member in answer}


def begin(
    clock: Clock,
    resource: Resource,
    change: Change,
    *,
    after: float,
    effect: Callable[[], None] | None = None,
) -> None:
    """Start a change that ends `after` so many AWS seconds."""
    resource.status = change.status
    resource.modified = clock.now()
    resource.failure = ""
    resource.pending = Transition(clock.due(after), change, effect)


def settle(resource: Resource) -> None:
    transition = resource.pending
    if transition is None:
        return
    resource.pending = None
    resource.modified = transition.due
    try:
        if transition.effect:
            transition.effect()
    except AwsError as error:
        resource.status, resource.failure = transition.change.failed, error.message
    else:
        resource.status = transition.change.then


def is_gone(resource: Resource) -> bool:
    return resource.status == GONE and resource.pending is None
