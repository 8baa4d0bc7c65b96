"""Lists in pages: at most as long as requested, and complete if a client deletes the items."""

import pytest

from studio_emulator.paging import page
from studio_emulator.server import Emulator
from tests.emulator.lists import KINDS, delete_listed_items


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind][0] != "s3"])
def test_deleting_listed_items_skips_none(aws: Emulator, kind: str) -> None:
    delete_listed_items(aws, kind)


def test_descending_pages_continue_after_a_deleted_item() -> None:
    items = [1, 2, 3, 4, 5]

    def shown(token: str | None) -> tuple[list[int], str | None]:
        return page(items, key=lambda item: [item], size=2, token=token, descending=True)

    first, token = shown(None)
    items.remove(4)
    second, token = shown(token)
    assert (first, second, shown(token)) == ([5, 4], [3, 2], ([1], None))
