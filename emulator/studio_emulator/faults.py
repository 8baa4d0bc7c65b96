"""Faults on purpose: what a client sees of AWS on a bad day, explicit or drawn from a seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from studio_emulator.errors import AwsError, UsageError

KINDS = ("throttle", "error", "drop", "lose", "down", "die")
_LONGEST_DOWN = 60.0
_MOST_STRUCK = 10_000

# How each protocol says that there are too many requests, and that AWS is at fault.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
_THROTTLED = {
    "ec2": AwsError("RequestLimitExceeded", "Request limit exceeded.", 503),
    "rest-xml": AwsError("SlowDown", "Please reduce your request rate.", 503),
    "query": AwsError("Throttling", "Rate exceeded", 400),
    "json": AwsError("ThrottlingException", "Rate exceeded", 400),
    "rest-json": AwsError("ThrottlingException", "Rate exceeded", 429),
}
_FAILED = {
    "ec2": AwsError("InternalError", "An internal error has occurred.", 500),
    "rest-xml": AwsError("InternalError", "We encountered an internal error.", 500),
    "query": AwsError("InternalFailure", "The request processing has failed.", 500),
    "json": AwsError("InternalFailure", "The request processing has failed.", 500),
    "rest-json": AwsError("InternalFailure", "The request processing has failed.", 500),
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to some requests.

    kind: `throttle` and `error` answer so and do nothing; `drop` closes the connection before
    anything is done, `lose` after it, so that the client never learns; `down` closes it and, for
    `seconds` (real ones), every other one, after which all is there as it was; `die` kills the
    emulator's process, and `seconds` later another one with its memory is at the same port.
    service, operation: botocore's names, or patterns with `*`. skip: how many such requests pass
    before; times: how many are struck then.
    """

    kind: str
    service: str = "*"
    operation: str = "*"
    skip: int = 0
    times: int = 1
    seconds: float = 1.0

    def meets(self, service: str, operation: str) -> bool:
        return fnmatchcase(service, self.service) and fnmatchcase(operation, self.operation)

    @classmethod
    def parse(cls, sent: Any) -> Fault:
        """Raises UsageError, one line, for what is no fault."""
        if not isinstance(sent, dict):
            raise UsageError(f"{sent!r:.80}: a fault is a JSON object")
        for name, value in sent.items():
            check = _CHECKS.get(name)
            if check is None:
                raise UsageError(f"{name:.80}: no such member; there are {', '.join(_CHECKS)}")
            words, holds = check
            if not holds(value):
                raise UsageError(f"{name} = {value!r:.80}: {words}")
        if "kind" not in sent:
            raise UsageError(f"a fault has a kind, one of {', '.join(KINDS)}")
        return cls(**sent)


@dataclass(frozen=True, kw_only=True)
class Storm:
    """Faults drawn from a seed: each request is struck with the probability `rate`.

    What happens to the n-th request for an operation depends on seed, operation and n alone, in
    whatever order a client asks. most: after so many the storm is over.
    """

    seed: int
    rate: float
    kinds: tuple[str, ...] = ("throttle", "error", "drop")
    most: int = 50

    def draw(self, operation: str, number: int) -> Fault | None:
        dice = random.Random(f"{self.seed}/{operation}/{number}")  # noqa: S311 - no secret
        return Fault(kind=dice.choice(self.kinds)) if dice.random() < self.rate else None

    @classmethod
    def parse(cls, sent: Mapping[str, Any]) -> Storm:
        """Raises UsageError, one line, for what is no storm."""
        match sent:
            case {"seed": int(seed), "rate": float() | int() as rate, **more} if (
                0 <= rate <= 1 and not more.keys() - {"kinds", "most"}
            ):
                kinds, most = more.get("kinds", cls.kinds), more.get("most", cls.most)
                if isinstance(most, int) and _are_kinds(kinds):
                    return cls(seed=seed, rate=float(rate), kinds=tuple(kinds), most=most)
        raise UsageError(
            "a storm has a seed (a whole number), a rate (0 to 1), and may have kinds (of "
            f"{', '.join(KINDS)}) and most (a whole number)"
        )


@dataclass
class Faults:
    """The faults of one emulator: those that are still to come, and what was struck by which.

    The emulator's lock guards it. mortal: `die` may be asked for; false where the process is not
    the emulator's alone.
    """

    mortal: bool = False
    armed: list[Fault] = field(default_factory=list)
    storm: Storm | None = None
    struck: list[dict[str, str]] = field(default_factory=list)
    _met: Counter[int | str] = field(default_factory=Counter)

    @property
    def pending(self) -> bool:
        return bool(self.armed or self.storm)

    def set(self, sent: Mapping[str, Any]) -> None:
        """Replace all by `faults` (a list), or by a storm's members; {} is fair weather."""
        if "faults" in sent:
            listed = sent["faults"]
            if not isinstance(listed, list) or len(sent) > 1:
                raise UsageError("faults: a list of faults, alone")
            armed, storm = [Fault.parse(one) for one in listed], None
        else:
            armed, storm = [], Storm.parse(sent) if sent else None
        asked = {fault.kind for fault in armed}.union(storm.kinds if storm else ())
        if "die" in asked and not self.mortal:
            raise UsageError("die: only an emulator with a process of its own, python -m emulator")
        self.armed, self.storm = armed, storm
        self.struck.clear()
        self._met.clear()

    def next(self, service: str, operation: str) -> Fault | None:
        """What strikes this request, if anything does."""
        fault = self._explicit(service, operation) or self._drawn(f"{service}:{operation}")
        if fault is not None and len(self.struck) < _MOST_STRUCK:
            self.struck.append({"operation": f"{service}:{operation}", "kind": fault.kind})
        return fault

    def as_dict(self) -> dict[str, Any]:
        """What is to come and what was struck."""
        return {
            "faults": [asdict(fault) for fault in self.armed],
            "storm": asdict(self.storm) if self.storm else None,
            "struck": self.struck,
        }

    def _explicit(self, service: str, operation: str) -> Fault | None:
        for number, fault in enumerate(self.armed):
            if fault.meets(service, operation):
                self._met[number] += 1
                if fault.skip < self._met[number] <= fault.skip + fault.times:
                    return fault
        return None

    def _drawn(self, operation: str) -> Fault | None:
        if self.storm is None or len(self.struck) >= self.storm.most:
            return None
        self._met[operation] += 1
        return self.storm.draw(operation, self._met[operation])


def refusal(fault: Fault, protocol: str) -> AwsError | None:
    """The error that the fault answers in a protocol; None where it answers nothing."""
    return {"throttle": _THROTTLED, "error": _FAILED}.get(fault.kind, {}).get(protocol)


def _are_kinds(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(one in KINDS for one in value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_CHECKS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "kind": (f"one of {', '.join(KINDS)}", lambda value: value in KINDS),
    "service": ("a name or a pattern", lambda value: isinstance(value, str)),
    "operation": ("a name or a pattern", lambda value: isinstance(value, str)),
    "skip": ("a whole number, 0 or more", _whole),
    "times": ("a whole number, 0 or more", _whole),
    "seconds": (
        f"above 0, at most {_LONGEST_DOWN:.0f}",
        lambda value: isinstance(value, int | float) and 0 < value <= _LONGEST_DOWN,
    ),
}
