"""The names of all resources, cut to a limit, and their tags."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

_DIGEST_LENGTH = 8


@dataclass(frozen=True, kw_only=True)
class Context:
    """prefix: the first part of every name. tags: of every taggable resource; default none."""

    prefix: str
    tags: Mapping[str, str] = field(default_factory=dict)

    def name(self, *parts: str, limit: int = 63) -> str:
        """The prefix and the parts, joined with hyphens, in at most ``limit`` characters.

        SageMaker allows 63. A longer name is cut and ends in its hash, so that long names stay
        different.
        """
        full = "-".join((self.prefix, *parts))
        if len(full) <= limit:
            return full
        digest = hashlib.sha256(full.encode()).hexdigest()[:_DIGEST_LENGTH]
        return f"{full[: limit - _DIGEST_LENGTH - 1].rstrip('-')}-{digest}"
