import pytest

from modules.naming import Context

CONTEXT = Context(prefix="studio")


def test_a_name_starts_with_the_prefix() -> None:
    assert CONTEXT.name("user", "alice") == "studio-user-alice"


@pytest.mark.parametrize(("length", "cut"), [(56, False), (57, True), (200, True)])
def test_a_name_never_exceeds_its_limit(length: int, cut: bool) -> None:
    name = CONTEXT.name("a" * length)
    assert len(name) <= 63
    assert (name != f"studio-{'a' * length}") == cut


def test_cut_names_stay_different_and_stable() -> None:
    one, other = CONTEXT.name("a" * 90 + "1", limit=32), CONTEXT.name("a" * 90 + "2", limit=32)
    assert one != other
    assert one == CONTEXT.name("a" * 90 + "1", limit=32)


def test_a_cut_name_has_no_double_hyphen() -> None:
    assert not [n for n in range(20, 40) if "--" in CONTEXT.name("abcd-" * 30, limit=n)]
