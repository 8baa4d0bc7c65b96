"""What a plan was made from: settings, code, states, versions, account."""

import hashlib
import json
from collections.abc import Iterator
from importlib.metadata import version
from typing import Self

from settings import Settings
from settings.fields import Section
from studio.aws.client import Aws
from studio.terraform.deployment import Deployment
from studio.terraform.stacks import Stack, read_configuration

_LABELS = {
    **{field: field for field in ("name", "region", "account", "state")},
    **{program: f"the version of {program}" for program in ("studio", "terraform")},
}


class StackFingerprint(Section):
    """The hash of a stack's configuration, and its state; serial: None without a state."""

    configuration: str
    serial: int | None
    lineage: str


class Fingerprint(Section):
    """The inputs of a deployment's plans, except what exists in AWS.

    settings: a hash of their values. state: where the states are. stacks: by name.
    """

    name: str
    region: str
    account: str
    state: str
    settings: str
    studio: str
    terraform: str
    stacks: dict[str, StackFingerprint]

    @classmethod
    def of(cls, settings: Settings, deployment: Deployment) -> Self:
        """The fingerprint of a synthesized deployment. Raises UserError, StepFailed, AwsError."""
        stacks = {stack.name: _of_stack(stack, deployment) for stack in deployment.stacks}
        printed = deployment.terraform(deployment.stacks[0], "version", "-json")
        return cls(
            name=settings.name,
            region=settings.region,
            account=Aws(settings.region).account(),
            state=deployment.store.name,
            settings=sha256(settings.model_dump_json().encode()),
            studio=version("private-sagemaker-studio"),
            terraform=json.loads(printed)["terraform_version"],
            stacks=stacks,
        )

    def changes(self, now: Self) -> Iterator[str]:
        """The differences, for a message."""
        for field, label in _LABELS.items():
            before, after = getattr(self, field), getattr(now, field)
            if before != after:
                yield f"{label} (planned: {before}, now: {after})"
        if self.settings != now.settings:
            yield "the settings"
        for name in sorted({*self.stacks, *now.stacks}):
            yield from _stack_changes(name, self.stacks.get(name), now.stacks.get(name))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _of_stack(stack: Stack, deployment: Deployment) -> StackFingerprint:
    state = deployment.store.read(stack.name)
    return StackFingerprint(
        configuration=sha256(_configuration(stack)),
        serial=None if state is None else state.serial,
        lineage="" if state is None else state.lineage,
    )


def _configuration(stack: Stack) -> bytes:
    """The configuration without the location of states, which ``Fingerprint.state`` has."""
    document = read_configuration(stack.folder)
    document["terraform"].pop("backend", None)
    for reference in document.get("data", {}).get("terraform_remote_state", {}).values():
        reference.pop("config", None)
    return json.dumps(document, sort_keys=True).encode()


def _stack_changes(
    name: str, before: StackFingerprint | None, now: StackFingerprint | None
) -> Iterator[str]:
    if before is None or now is None:
        yield f"the stack {name} ({'new' if before is None else 'removed'})"
        return
    if before.configuration != now.configuration:
        yield f"the configuration of {name}"
    if before.lineage != now.lineage:
        yield f"the state of {name} (another lineage)"
    elif before.serial != now.serial:
        yield f"the state of {name} (planned: serial {before.serial}, now: {now.serial})"
