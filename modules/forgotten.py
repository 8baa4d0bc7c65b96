"""Resources that Terraform lets go of without deleting them."""

from collections.abc import Iterable
from typing import Any

from cdktf import TerraformStack
from constructs import Construct, IConstruct

_ID = "forgotten"


class Forgotten(Construct):
    """The ``removed`` blocks of a stack, for which cdktf 0.21 has no construct.

    Terraform 1.7 and OpenTofu 1.10 know them. An address that is not in state does no harm.
    """

    def __init__(self, stack: TerraformStack) -> None:
        super().__init__(stack, _ID)
        self._stack = stack
        self._blocks: list[dict[str, Any]] = []

    @classmethod
    def of(cls, scope: IConstruct) -> "Forgotten":
        """The one of the stack that ``scope`` is in."""
        stack = TerraformStack.of(scope)
        found = stack.node.try_find_child(_ID)
        return found if isinstance(found, cls) else cls(stack)

    def add(self, addresses: Iterable[str]) -> None:
        """Let go of these addresses (TYPE.NAME)."""
        self._blocks += [{"from": at, "lifecycle": {"destroy": False}} for at in addresses]
        if self._blocks:
            # An override replaces a list as a whole.
            self._stack.add_override("removed", self._blocks)
