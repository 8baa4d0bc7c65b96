"""Runs an image as Studio does, and the checks of its type of app."""

from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from catalog.container_config import ContainerConfig
from settings import AppType, ConnectMethod
from studio.images.buildah import buildah_flags
from studio.images.contract import files, kernels, starting
from studio.images.contract.chroot import ChrootRuntime
from studio.images.contract.container import Launch, Runtime
from studio.images.contract.daemon import DaemonRuntime
from studio.images.contract.jupyter_client import Server
from studio.images.contract.remote_access import remote_access
from studio.images.contract.requirements import (
    APPS,
    LOGS,
    METADATA,
    App,
    command_line,
    environment,
    metadata,
)
from studio.images.contract.result import CheckResult
from studio.images.engines import Engine

Seen = Callable[[CheckResult], object]
_IDLE = ("sleep", "3600")


@dataclass(frozen=True, kw_only=True)
class CheckRequest:
    """An image to check as an app type.

    container: its app image config. methods: of the users. wait: seconds for the server.
    """

    reference: str
    app_type: AppType
    container: ContainerConfig
    region: str
    partition: str
    methods: Collection[ConnectMethod]
    wait: float


def runtime_of(engine: Engine) -> Runtime:
    if engine.name == "buildah":
        return ChrootRuntime(engine.path, tuple(buildah_flags()[1]))
    return DaemonRuntime(engine.name, engine.path)


def run_checks(
    runtime: Runtime, plan: CheckRequest, seen: Seen = lambda _: None
) -> list[CheckResult]:
    """Run all checks; returns their results, and passes each to `seen` at once.

    Removes containers and volumes. Raises UserError if the engine does not have the image or cannot
    run it.
    """
    results = []
    # An interrupt in `seen` must end the containers.
    with closing(_results(runtime, plan)) as found:
        for result in found:
            seen(result)
            results.append(result)
    return results


def _results(runtime: Runtime, plan: CheckRequest) -> Generator[CheckResult]:
    info, app = runtime.info(plan.reference), APPS[plan.app_type]
    right = files.architecture(info)
    yield right
    yield files.size(info)
    if not right.passed:
        return
    command = command_line(plan.container, info.entrypoint, info.command)
    with runtime.run(plan.reference, Launch(command=_IDLE)) as container:
        yield from files.look(container, app, info, command)
    launch = _launch(plan, app)
    with runtime.run(plan.reference, replace(launch, command=_IDLE)) as container:
        if not app.health:
            yield kernels.gateway_kernel(container)
        elif plan.methods:
            # sagemaker-ssh-helper 2.3 and Studio's remote access do not support kernel gateways.
            yield from remote_access(container, plan.methods)
        bash = starting.bash(container) if app.health else None
    if bash is None:
        return
    yield bash
    if not bash.passed:
        yield from starting.unreached("health", "network", why="there is no bash to ask through")
    else:
        yield from _server(runtime, plan, replace(launch, command=command))


def _server(runtime: Runtime, plan: CheckRequest, launch: Launch) -> Iterator[CheckResult]:
    app = APPS[plan.app_type]
    if not launch.command:
        yield starting.no_command()
        return
    with runtime.run(plan.reference, launch) as container:
        up = starting.health(container, app, seconds=plan.wait)
        yield up
        yield starting.network(container)
        if plan.app_type is AppType.JUPYTER_LAB:
            if up.passed:
                server = Server(container, app.base)
                yield kernels.kernel(server)
                yield kernels.terminal(server)
            else:
                yield from starting.unreached("kernel", "terminal")


def _launch(plan: CheckRequest, app: App) -> Launch:
    return Launch(
        user=app.user,
        environment={
            **plan.container.environment,
            **environment(plan.app_type, region=plan.region),
        },
        volumes=(app.mount, LOGS),
        files={METADATA: metadata(plan.app_type, region=plan.region, partition=plan.partition)},
    )
