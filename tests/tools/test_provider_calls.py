"""The table of the provider's calls."""

from tools.provider_calls import TYPES, used_types


def test_the_table_has_exactly_the_types_of_the_modules() -> None:
    assert used_types() == set(TYPES)
