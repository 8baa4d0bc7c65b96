"""Runs `terraform init` for the stacks of a deployment, and installs the provider once."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from studio.errors import StepFailed
from studio.terraform import initialized
from studio.terraform.runner import Terraform
from studio.terraform.shared_provider import NOT_INSTALLED
from studio.terraform.stacks import Stack


@dataclass(kw_only=True)
class Initialization:
    """out: the deployment's cdktf.out; its stacks may already be initialized."""

    out: Path
    runner: Terraform
    _done: set[str] = field(default_factory=set, init=False)
    _providers: Path | None = field(default=None, init=False)
    _first: Lock = field(default_factory=Lock, init=False)

    def run_once(self, stack: Stack, *flags: str) -> None:
        """Call ``run`` for a stack's folder, once without flags."""
        if flags or stack.name not in self._done:
            self.run(stack.folder, *flags)
            self._done.add(stack.name)

    def run(self, folder: Path, *flags: str) -> None:
        """Run ``terraform init`` in a folder, unless it is initialized. Raises StepFailed.

        flags: run it in any case, with these flags. The first run installs the provider; the others
        link to it.
        """
        for other in () if flags else ("stacks", "review"):
            initialized.share(self.out / other / folder.name, folder)
        if flags or not initialized.is_initialized(folder):
            initialized.forget(folder)
            self._run(folder, *flags)
            initialized.record_initialized(folder)

    def _run(self, folder: Path, *flags: str) -> None:
        # `Deployment.prepare` has checked that no state is left in another backend.
        words = ["init", "-reconfigure", "-input=false", "-no-color", *flags]
        with self._first:
            if self._providers is None:
                self.runner.run(folder, words)
                self._providers = folder / ".terraform" / "providers"
                return
        if self._providers.is_dir():
            with suppress(StepFailed):
                if not flags:
                    # With the provider, Terraform would read its 650 MB for a checksum.
                    self.runner.run(folder, words, provider=NOT_INSTALLED)
                    if initialized.link_provider(self._providers.parents[1], folder):
                        return
                self.runner.run(folder, [*words, f"-plugin-dir={self._providers}"])
                return
        self.runner.run(folder, words)
