"""Creates resources and looks for them in the inventory."""

from collections import Counter
from typing import Any

from studio_emulator.server import Emulator

OneOfEach = dict[tuple[str, str], tuple[str, dict[str, Any]]]
"""Operation and parameters, by service and type in the inventory."""


def create_and_list(aws: Emulator, one_of_each: OneOfEach) -> None:
    """Assert that the inventory lists each created resource once."""
    for (service, _), (operation, params) in one_of_each.items():
        getattr(aws.client(service), operation)(**params)
    listed = Counter((item.service, item.type) for item in aws.inventory())
    assert {each: listed[each] for each in one_of_each} == dict.fromkeys(one_of_each, 1)
