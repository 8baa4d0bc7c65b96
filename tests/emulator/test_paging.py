"""Lists in pages: at most as long as requested, and complete if a client deletes the items."""

import pytest

from studio_emulator.paging import page


@pytest.mark.parametrize("deleted", [0, -1])
@pytest.mark.parametrize("pages", [[[1, 2], [3, 4], [5]], [[5, 4], [3, 2], [1]]])
def test_pages_continue_after_a_deleted_item(pages: list[list[int]], deleted: int) -> None:
    items, token = [1, 2, 3, 4, 5], None
    for expected in pages:
        shown, token = page(
            items, key=lambda item: [item], size=2, token=token, descending=pages[0] == [5, 4]
        )
        assert shown == expected
        items.remove(shown[deleted])
    assert token is None
