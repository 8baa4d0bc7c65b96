"""The `removed` blocks of a stack."""

from constructs import Construct

from modules.removed_blocks import RemovedBlocks
from tests.synthesis import new_stack, synth


def test_the_blocks_of_several_constructs_are_one_list() -> None:
    stack = new_stack()
    for name, addresses in (("one", ["thing.a", "thing.b"]), ("two", []), ("three", ["thing.c"])):
        RemovedBlocks.of(Construct(stack, name)).add(addresses)
    assert synth(stack)["removed"] == [
        {"from": f"thing.{name}", "lifecycle": {"destroy": False}} for name in "abc"
    ]


def test_without_addresses_there_are_no_blocks() -> None:
    stack = new_stack()
    RemovedBlocks.of(stack).add([])
    assert "removed" not in synth(stack)
