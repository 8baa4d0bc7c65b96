"""What keeps the states of a deployment: a folder or a bucket."""

from abc import ABC, abstractmethod

from studio.terraform.state.files import StateFile
from studio.terraform.state.locks import Lock

STATE, MARK = ".tfstate", ".unfinished"


class StateStore(ABC):
    """Keeps a state for each stack. Every method raises UserError where it cannot be reached.

    States are read here, without `terraform state pull`: that needs an initialized folder, and
    the commands that only read write none.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """As a person reads it."""

    @abstractmethod
    def file_name(self, stack: str) -> str:
        """What messages call the file of a stack's state."""

    @abstractmethod
    def find(self, ending: str) -> list[str]:
        """The stacks that have a file with this ending, sorted."""

    @abstractmethod
    def content(self, stack: str) -> bytes:
        """The file of a stack's state, empty where there is none."""

    @abstractmethod
    def archive(self, stack: str, state: StateFile) -> str:
        """Rename it so that Terraform no longer finds it; returns the new name."""

    @abstractmethod
    def locks(self) -> list[Lock]:
        """Who holds which state."""

    @abstractmethod
    def mark(self, stack: str) -> None:
        """Note that a run begins."""

    @abstractmethod
    def unmark(self, stack: str) -> None:
        """Note that it ended, and that the state holds all that it created."""

    def stacks(self) -> list[str]:
        """The stacks that have a state here, sorted."""
        return self.find(STATE)

    def unfinished(self) -> list[str]:
        """The stacks whose last run did not end, or has not yet; sorted."""
        return self.find(MARK)

    def read(self, stack: str) -> StateFile | None:
        """The state of a stack; None where there is none."""
        content = self.content(stack)
        return StateFile.parse(content, self.file_name(stack)) if content else None

    def restore(self, stack: str) -> int | None:  # noqa: ARG002 - a folder needs it
        """Restore a state that a killed run cut short; its serial, None where none was cut."""
        return None
