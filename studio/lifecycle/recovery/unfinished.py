"""The stacks of a deployment whose last run did not end."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from studio.lifecycle.recovery.recover import recover
from studio.lifecycle.recovery.tainted import keep
from studio.terraform.deployment import Deployment
from studio.terraform.stacks import Stack


def recover_unfinished(deployment: Deployment, stacks: Iterable[Stack]) -> None:
    """Import what an earlier run created in these stacks and could not write to state.

    Raises UserError (StepFailed where Terraform or AWS failed).
    """
    unfinished = deployment.unfinished_stacks()
    for stack in stacks:
        if stack.name in unfinished:
            recover(partial(deployment.terraform, stack), stack.folder, report=deployment.report)


def keep_unfinished(deployment: Deployment) -> frozenset[str]:
    """See ``tainted.keep``; the addresses, in all stacks, of what failed to be created.

    Raises UserError (StepFailed where Terraform or AWS failed).
    """
    failed: set[str] = set()
    for stack in deployment.named(deployment.unfinished_stacks()):
        if resources := deployment.resources([stack.name])[stack.name]:
            run = partial(deployment.terraform, stack)
            failed |= keep(run, stack.folder, resources, report=deployment.report)
    return frozenset(failed)


def adopt(deployment: Deployment) -> None:
    """Create a state of what exists in AWS, for the stacks that have none; safe to run again.

    Nothing changes in AWS. What is not found, as images before they are pushed, the next run looks
    for again. Raises UserError (StepFailed where Terraform or AWS failed).
    """
    standing = deployment.standing()
    deployment.mark_unfinished([one.name for one in deployment.stacks if one.name not in standing])
    for stack in deployment.named(deployment.unfinished_stacks()):
        recover_unfinished(deployment, [stack])
        if deployment.resources([stack.name])[stack.name]:
            # An import leaves out the outputs, which the next stacks are planned with.
            flags = ["-refresh-only", "-auto-approve", "-input=false", "-no-color"]
            deployment.terraform(stack, "apply", *flags)
