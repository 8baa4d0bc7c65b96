"""All steps of a connection, in their order, whichever way it goes."""

import sys
from collections.abc import Iterator, Mapping
from typing import Protocol

from settings import ConnectMethod, UserError
from studio.aws import quotas
from studio.aws.errors import AwsError
from studio.aws.quotas import Quota
from studio.connect import key_pair, native, proof, ssh_config, ssh_helper, vscode
from studio.connect.request import Goal, Step
from studio.errors import StepFailed


class Module(Protocol):
    """What the module of each way defines; each of these raises UserError."""

    def check(self, goal: Goal) -> None: ...

    def steps(self, goal: Goal) -> Iterator[Step]: ...

    def reached(self, goal: Goal) -> tuple[str, str] | None: ...

    def foreseen(self, goal: Goal) -> tuple[str, str]: ...


WAYS: Mapping[ConnectMethod, Module] = {
    ConnectMethod.NATIVE: native,
    ConnectMethod.SSH_HELPER: ssh_helper,
}


def steps(goal: Goal, *, code: bool) -> Iterator[Step]:
    """What is left to do; code: open VS Code at the end. Raises UserError for what cannot be."""
    way, place = WAYS[goal.way], goal.place
    way.check(goal)
    _check_quota(goal)
    if not place.key.exists():
        yield Step(f"make a key pair, {place.key}", lambda: key_pair.ensure(place))
    yield from way.steps(goal)
    yield Step(
        f"write {place.entry}, which {place.config} includes",
        lambda: ssh_config.write(entry(goal)),
        lambda: _shown(goal),
    )
    yield Step(
        f"prove the connection with a command on {place.host}",
        lambda: proof.prove(entry(goal)),
    )
    if code:
        settings_file = vscode.settings_file(place.home)
        yield Step(
            f"see that {settings_file} has {' and '.join(vscode.NEEDED)}",
            lambda: vscode.prepare(settings_file, goal.report),
        )
        yield Step("open VS Code", lambda: vscode.open_window(place))


def _check_quota(goal: Goal) -> None:
    """Raise UserError where SageMaker would start no further app; unknown is no reason to."""
    if goal.app() is not None:
        return
    app_type, instance = goal.space.app_type, goal.instance_type()
    try:
        quota = Quota.of(quotas.list_quotas(goal.aws), app_type, instance)
        in_use = quotas.apps_in_use(goal.aws, app_type, instance)
    except AwsError:
        return
    if quota is not None and in_use >= quota.most:
        more = quotas.RAISE.format(region=goal.region, code=quota.code, count=in_use + 1)
        raise UserError(f"{quota.name}: {in_use} of {quota.most:g} run; to get more: {more}")


def entry(goal: Goal) -> ssh_config.Entry:
    """The Host entry that leads to the app that runs now. Raises StepFailed where none does."""
    reached = WAYS[goal.way].reached(goal)
    if reached is None:
        raise StepFailed(f"the app of {goal.user} is gone again; connect again")
    return _entry(goal, *reached)


def _shown(goal: Goal) -> str:
    """What would be written; what only the app's start decides is in capitals."""
    way = WAYS[goal.way]
    would_be = _entry(goal, *(way.reached(goal) or way.foreseen(goal)))
    return f"{ssh_config.added(goal.place)}{would_be.text()}"


def _entry(goal: Goal, target: str, app: str) -> ssh_config.Entry:
    profile = ["--profile", goal.profile] if goal.profile else []
    # -P: a folder `scripts` where ssh is started must not be taken for the project's.
    program = [sys.executable, "-P", "-m", "scripts.session_proxy"]
    return ssh_config.Entry(
        place=goal.place,
        target=target,
        login=goal.login,
        alias=proof.alias(goal.place, app),
        proxy=[*program, target, "--region", goal.region, "--user", goal.user, *profile],
    )
