"""Pages of a list, with tokens that continue after the last key, as AWS's do.

Creating or deleting items between two requests neither skips nor repeats any other item.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from studio_emulator.errors import AwsError

Item = TypeVar("Item")
Key = list[Any]


def page(
    items: Iterable[Item],
    *,
    key: Callable[[Item], Key],
    size: int,
    token: str | None,
    invalid: AwsError,
    descending: bool = False,
) -> tuple[list[Item], str | None]:
    """At most `size` items in the order of their keys, and the token of the next page, if any.

    key: unique, and the same for as long as the item exists. An empty token is none:
    sagemaker-ssh-helper's client begins with one. Raises `invalid` for a token of no answer.
    """
    ordered = sorted(items, key=key, reverse=descending)
    if token:
        try:
            last = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
            ordered = [i for i in ordered if (key(i) < last if descending else key(i) > last)]
        except (binascii.Error, ValueError, TypeError):
            raise invalid from None
    shown = ordered[:size]
    if len(shown) == len(ordered):
        return shown, None
    last = json.dumps(key(shown[-1])).encode()
    return shown, base64.urlsafe_b64encode(last).decode()
