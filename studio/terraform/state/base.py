"""A store of a deployment's states: a folder or a bucket."""

from abc import ABC, abstractmethod

from studio.terraform.state.files import StateFile
from studio.terraform.state.locks import Lock

STATE, UNFINISHED = ".tfstate", ".unfinished"


class StateStore(ABC):
    """Stores a state for each stack. Every method raises UserError if it cannot access the store.

    It reads states itself: `terraform state pull` needs an initialized folder, and a read-only
    command writes none.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """The path of the folder, or the address of the bucket."""

    @abstractmethod
    def file_name(self, stack: str, ending: str = STATE) -> str:
        """The name of a stack's file."""

    @abstractmethod
    def find(self, ending: str) -> list[str]:
        """The stacks that have a file with this ending, sorted."""

    @abstractmethod
    def content(self, stack: str, ending: str = STATE) -> bytes:
        """A stack's file; empty if there is none."""

    @abstractmethod
    def archive(self, stack: str, serial: int) -> str:
        """Rename a state so that Terraform does not find it; returns its new address."""

    @abstractmethod
    def locks(self) -> list[Lock]:
        """The locks on the states."""

    @abstractmethod
    def mark(self, stack: str) -> None:
        """Record that a run begins."""

    @abstractmethod
    def unmark(self, stack: str) -> None:
        """Record that the state holds every resource that the run created."""

    def stacks(self) -> list[str]:
        """The stacks that have a state, sorted."""
        return self.find(STATE)

    def unfinished(self) -> list[str]:
        """The stacks whose last run has not ended, or was killed; sorted."""
        return self.find(UNFINISHED)

    def read(self, stack: str, ending: str = STATE) -> StateFile | None:
        """A stack's state; None if there is none."""
        content = self.content(stack, ending)
        return StateFile.parse(content, self.file_name(stack, ending)) if content else None

    def restore(self, stack: str) -> int | None:  # noqa: ARG002 - a folder needs it
        """Restore a truncated state; returns its serial, None if it was not truncated."""
        return None
