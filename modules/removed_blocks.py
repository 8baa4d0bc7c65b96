"""Resources that Terraform removes from state without deleting them."""

from collections.abc import Iterable
from typing import Any

from cdktf import TerraformStack
from constructs import Construct, IConstruct

_ID = "removed"


class RemovedBlocks(Construct):
    """The ``removed`` blocks of a stack, for which cdktf 0.21 has no construct.

    Requires Terraform 1.7 or OpenTofu 1.10. Both ignore an address that is not in state.
    """

    def __init__(self, stack: TerraformStack) -> None:
        super().__init__(stack, _ID)
        self._stack = stack
        self._blocks: list[dict[str, Any]] = []

    @classmethod
    def of(cls, scope: IConstruct) -> "RemovedBlocks":
        """The one of the stack that ``scope`` is in."""
        stack = TerraformStack.of(scope)
        found = stack.node.try_find_child(_ID)
        return found if isinstance(found, cls) else cls(stack)

    def add(self, addresses: Iterable[str]) -> None:
        """Remove these addresses (TYPE.NAME) from state."""
        self._blocks += [{"from": at, "lifecycle": {"destroy": False}} for at in addresses]
        if self._blocks:
            # An override replaces the list, so it has to hold all blocks.
            self._stack.add_override("removed", self._blocks)
