"""Lists in pages: at most as long as requested, and complete if a client deletes the items."""

import pytest

from studio_emulator.server import Emulator
from tests.emulator.lists import KINDS, delete_listed_items


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind][0] != "s3"])
def test_deleting_listed_items_skips_none(aws: Emulator, kind: str) -> None:
    delete_listed_items(aws, kind)
