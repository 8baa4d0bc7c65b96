"""Moves a deployment's states, and removes their locks."""

from functools import partial

from settings import UserError
from studio.terraform.deployment import Deployment
from studio.terraform.stacks import Stack
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Lock
from studio.terraform.state.move import move


def move_state(deployment: Deployment, *, to_bucket: bool) -> int:
    """Move the states between the local folder and the bucket of the settings, as ``move`` does."""
    folder = Folder(deployment.state_folder)
    source, target = (folder, deployment.store) if to_bucket else (deployment.store, folder)
    copy = partial(_push_state, deployment, to_bucket=to_bucket)
    return move(source, target, copy=copy, report=deployment.report)


def unlock(deployment: Deployment, lock: Lock) -> None:
    """Remove a killed run's lock from the bucket. Raises UserError, StepFailed."""
    stack = _stack(deployment, lock.stack, "locked")
    deployment.initialize(stack)
    deployment.terraform(stack, "force-unlock", "-force", lock.info.get("ID", ""))


def _push_state(deployment: Deployment, name: str, state: bytes, *, to_bucket: bool) -> None:
    stack = _stack(deployment, name, "it has a state")
    if not to_bucket:
        stack.use_local_state()
    deployment.initialize(stack)
    pushed = stack.folder / "moved.tfstate"
    pushed.write_bytes(state)
    try:
        deployment.terraform(stack, "state", "push", "-force", pushed.name)
    finally:
        pushed.unlink()


def _stack(deployment: Deployment, name: str, reason: str) -> Stack:
    for stack in deployment.named([name]):
        return stack
    raise UserError(f"{name}: {reason}, but main.py has no such stack: restore it in main.py first")
