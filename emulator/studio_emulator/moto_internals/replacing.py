"""Replaces methods of moto's classes, at the import of the module that corrects them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

_Method = Callable[..., Any]


def replaces(owner: type, name: str) -> Callable[[_Method], _Method]:
    """Decorates the replacement of a method; its first argument is the original."""

    def install(replacement: _Method) -> _Method:
        original = getattr(owner, name)

        @wraps(original)
        def replaced(*args: Any, **kwargs: Any) -> Any:
            return replacement(original, *args, **kwargs)

        setattr(owner, name, replaced)
        return replacement

    return install
