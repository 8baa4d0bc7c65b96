"""Fault injection: throttling, errors, lost responses, outages; listed or drawn from a seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import filter as filter_names
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

from studio_emulator.errors import UsageError
from studio_emulator.options import checked
from studio_emulator.protocol import SERVICES

Kind = Literal["throttle", "error", "drop", "lose", "down", "die"]
KINDS = get_args(Kind)
_LONGEST_DOWN = 60.0
_MOST_RECORDED = 10_000


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault, and the requests that it affects; see the tables in README.md.

    service, operation: botocore's names, or patterns with `*`. skip: how many matching requests
    succeed first; times: how many then fail. seconds: of real time.
    """

    kind: Kind
    service: str = "*"
    operation: str = "*"
    skip: int = 0
    times: int = 1
    seconds: float = 1.0

    @classmethod
    def parse(cls, sent: Any) -> Fault:
        """The fault that a JSON value describes; UsageError in one line for any other value."""
        if not isinstance(sent, dict):
            raise UsageError(f"{sent!r:.80}: a fault must be a JSON object")
        members = checked(cls, sent, "member of a fault")
        if "kind" not in members:
            raise UsageError(f"kind is missing; allowed: {', '.join(KINDS)}")
        fault = cls(**members)
        if not filter_names(SERVICES.values(), fault.service):
            allowed = f"{', '.join(SERVICES.values())}, or a pattern"
            raise UsageError(f"service = {fault.service!r:.80}: {allowed}")
        if fault.seconds > _LONGEST_DOWN:
            raise UsageError(f"seconds = {fault.seconds!r}: above 0, at most {_LONGEST_DOWN:.0f}")
        return fault


@dataclass(frozen=True, kw_only=True)
class RandomFaults:
    """Faults drawn from a seed: each request fails with the probability `rate`.

    The n-th request for an operation has the same fault in whatever order the client sends its
    requests. most: how many faults are injected in all.
    """

    seed: int
    rate: float
    kinds: tuple[Kind, ...] = ("throttle", "error", "drop")
    most: int = 50

    def draw(self, operation: str, number: int) -> Fault | None:
        dice = random.Random(f"{self.seed}/{operation}/{number}")  # noqa: S311 - no secret
        return Fault(kind=dice.choice(self.kinds)) if dice.random() < self.rate else None

    @classmethod
    def parse(cls, sent: Mapping[str, Any]) -> RandomFaults:
        """The faults that a JSON object describes; UsageError in one line for any other object."""
        match sent:
            case {"seed": int(seed), "rate": float() | int() as rate, **more} if (
                0 <= rate <= 1 and not more.keys() - {"kinds", "most"}
            ):
                kinds, most = more.get("kinds", cls.kinds), more.get("most", cls.most)
                if isinstance(most, int) and _are_kinds(kinds):
                    return cls(seed=seed, rate=float(rate), kinds=tuple(kinds), most=most)
        raise UsageError(
            "random faults take a seed (a whole number), a rate (0 to 1), and optionally kinds (a "
            f"list of {', '.join(KINDS)}) and most (a whole number)"
        )


@dataclass
class Faults:
    """The faults of one emulator, guarded by its lock: those that are set, and those injected.

    can_kill: whether `die` is allowed.
    """

    can_kill: bool = False
    explicit: list[Fault] = field(default_factory=list)
    seeded: RandomFaults | None = None
    injected: list[dict[str, str]] = field(default_factory=list)
    _seen: Counter[int | str] = field(default_factory=Counter)

    @property
    def pending(self) -> bool:
        return bool(self.explicit or self.seeded)

    def set(self, sent: Mapping[str, Any]) -> None:
        """Replace all faults by a list `faults`, or by the members of RandomFaults; {}: by none."""
        if "faults" in sent:
            listed = sent["faults"]
            if not isinstance(listed, list) or len(sent) > 1:
                raise UsageError("faults must be a list of faults, and the only member")
            explicit, seeded = [Fault.parse(one) for one in listed], None
        else:
            explicit, seeded = [], RandomFaults.parse(sent) if sent else None
        kinds = {fault.kind for fault in explicit}.union(seeded.kinds if seeded else ())
        if "die" in kinds and not self.can_kill:
            raise UsageError("kind = 'die': only the command studio-emulator allows it")
        self.explicit, self.seeded = explicit, seeded
        self.injected.clear()
        self._seen.clear()

    def next(self, service: str, operation: str) -> Fault | None:
        """The fault of this request, if any."""
        fault = self._explicit(service, operation) or self._drawn(f"{service}:{operation}")
        if fault is not None and len(self.injected) < _MOST_RECORDED:
            self.injected.append({"operation": f"{service}:{operation}", "kind": fault.kind})
        return fault

    def as_dict(self) -> dict[str, Any]:
        """The faults that are set, and the operations that failed."""
        return {
            "faults": [asdict(fault) for fault in self.explicit],
            "seeded": asdict(self.seeded) if self.seeded else None,
            "injected": self.injected,
        }

    def _explicit(self, service: str, operation: str) -> Fault | None:
        for number, fault in enumerate(self.explicit):
            if fnmatchcase(service, fault.service) and fnmatchcase(operation, fault.operation):
                self._seen[number] += 1
                if fault.skip < self._seen[number] <= fault.skip + fault.times:
                    return fault
        return None

    def _drawn(self, operation: str) -> Fault | None:
        if self.seeded is None or len(self.injected) >= self.seeded.most:
            return None
        self._seen[operation] += 1
        return self.seeded.draw(operation, self._seen[operation])


def _are_kinds(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(one in KINDS for one in value)
