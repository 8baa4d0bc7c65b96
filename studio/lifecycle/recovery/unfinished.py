"""Recovers interrupted stacks; what `studio state adopt` imports, and names as missing."""

from collections.abc import Iterable
from functools import partial

from studio.lifecycle.recovery.recover import REFRESH_STATE, Recovery, recover
from studio.lifecycle.recovery.tainted import untaint
from studio.processes.parallel import run_graph
from studio.terraform.deployment import PLANS_AT_ONCE, Deployment
from studio.terraform.stacks import Stack


def recover_unfinished(deployment: Deployment, stacks: Iterable[Stack]) -> None:
    """Import what an interrupted run of these stacks created and did not write to state.

    Raises UserError (StepFailed if Terraform or AWS fails).
    """
    unfinished = deployment.unfinished_stacks()
    for stack in stacks:
        if stack.name in unfinished:
            done = _recover(deployment, stack)
            _report_unplanned(deployment, stack.name, done)
            for address in done.imported:
                deployment.report(
                    f"{stack.name}: imported {address}, which an interrupted run created"
                )


def untaint_unfinished(deployment: Deployment) -> frozenset[str]:
    """``tainted.untaint`` for each of these stacks; the addresses of what failed to be created.

    Raises UserError (StepFailed if Terraform or AWS fails).
    """
    failed: set[str] = set()
    for stack in deployment.named(deployment.unfinished_stacks()):
        if resources := deployment.resources([stack.name])[stack.name]:
            deployment.initialize(stack)
            run = partial(deployment.terraform, stack)
            failed |= untaint(run, stack.folder, resources, report=deployment.report)
    return frozenset(failed)


def adopt(deployment: Deployment) -> None:
    """Import what exists in AWS into the stacks without state; safe to run again.

    Creates, replaces and deletes nothing in AWS. Reports what it does not find, such as images
    before they are pushed; the next run searches for it again. Leaves no mark and reports nothing
    if nothing exists. Raises UserError (StepFailed if Terraform or AWS fails).
    """
    known = deployment.deployed_stacks() | deployment.unfinished_stacks()
    begun = {one.name for one in deployment.stacks} - known
    deployment.mark_unfinished(begun)
    wanted = deployment.named(deployment.unfinished_stacks())
    if not wanted:
        return
    # With a shared provider `terraform init` installs none, and would miss it later.
    run_graph(
        {one.name: partial(deployment.initialize, one) for one in wanted}, limit=PLANS_AT_ONCE
    )
    with deployment.runner.sharing_provider(wanted[0].folder):
        done = run_graph(
            {stack.name: partial(_adopt, deployment, stack) for stack in wanted},
            {stack.name: stack.dependencies & {one.name for one in wanted} for stack in wanted},
            limit=PLANS_AT_ONCE,
        )
    # Without the state of its dependencies, a stack cannot be planned.
    failed = any(done[one.name].unplanned for one in wanted if not one.dependencies)
    if not failed and not deployment.deployed_stacks():
        for stack in deployment.named(begun & deployment.unfinished_stacks()):
            deployment.mark_finished(stack)
        return
    for stack in wanted:
        one = done[stack.name]
        waits = sorted(name for name in stack.dependencies & done.keys() if not done[name].complete)
        if one.unplanned and waits:
            deployment.report(
                f"{stack.name}: searched for later, after {', '.join(waits)}: run `studio up`"
            )
        else:
            _report_unplanned(deployment, stack.name, one)
        for address in one.missing:
            deployment.report(
                f"{stack.name}: {address} not imported: AWS has none with its name and tags; "
                "`studio up` creates it"
            )


def _adopt(deployment: Deployment, stack: Stack) -> Recovery:
    done = _recover(deployment, stack)
    if done.complete:
        deployment.mark_finished(stack)
    elif deployment.resources([stack.name])[stack.name]:
        # An import writes no outputs, and the next stacks are planned with them.
        deployment.terraform(stack, *REFRESH_STATE)
    if done.imported:
        deployment.report(f"{stack.name}: {len(done.imported)} resources imported")
    return done


def _report_unplanned(deployment: Deployment, stack: str, done: Recovery) -> None:
    if done.unplanned:
        deployment.report(f"{stack}: existing resources cannot be looked up: {done.unplanned}")


def _recover(deployment: Deployment, stack: Stack) -> Recovery:
    deployment.initialize(stack)
    return recover(partial(deployment.terraform, stack), stack.folder)
