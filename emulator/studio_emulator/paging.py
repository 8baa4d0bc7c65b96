"""Pages of a list that continue after the last key, as AWS's do.

Creating or deleting items between two requests neither skips nor repeats other items.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Item = TypeVar("Item")
Key = list[Any]


def page(
    items: Iterable[Item],
    *,
    key: Callable[[Item], Key],
    size: int,
    token: str | None,
    descending: bool = False,
) -> tuple[list[Item], str | None]:
    """At most `size` items in the order of their keys, and the last key if there are more.

    key: unique, and the same for as long as the item exists. token: a last key, in JSON.
    """
    ordered = sorted(items, key=key, reverse=descending)
    if token:
        last = json.loads(token)
        ordered = [i for i in ordered if (key(i) < last if descending else key(i) > last)]
    shown = ordered[:size]
    return shown, json.dumps(key(shown[-1])) if 0 < len(shown) < len(ordered) else None
