"""One context for the names and tags of everything that is created."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from catalog.names import DEPLOYMENT_TAG
from settings import Settings

_DIGEST_LENGTH = 8


@dataclass(frozen=True, kw_only=True)
class Context:
    """How resources are called and tagged.

    prefix: the first part of every name.
    tags: put on every taggable resource; default none.
    """

    prefix: str
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The context of an installation; the tags of the settings win over the standard ones.

        Not over the one by which a deployment's own resources are recognised.
        """
        standard = {"Project": settings.name, "ManagedBy": "terraform"}
        mark = {DEPLOYMENT_TAG: settings.name}
        return cls(prefix=settings.name, tags={**standard, **settings.tags, **mark})

    def name(self, *parts: str, limit: int = 63) -> str:
        """The prefix and the parts, joined with hyphens, in at most ``limit`` characters.

        63 is the longest name that SageMaker takes. A longer name is cut and ends in a hash of the
        whole, so that two long names stay different.
        """
        whole = "-".join((self.prefix, *parts))
        if len(whole) <= limit:
            return whole
        digest = hashlib.sha256(whole.encode()).hexdigest()[:_DIGEST_LENGTH]
        return f"{whole[: limit - _DIGEST_LENGTH - 1].rstrip('-')}-{digest}"
