"""The steps of a connection, in order."""

import sys
from collections.abc import Iterator, Mapping
from typing import Protocol

from catalog.editors import Editor
from catalog.names import Plugin
from settings import ConnectMethod
from studio.connect import (
    editors,
    key_pair,
    native,
    preconditions,
    proof,
    ssh_config,
    ssh_helper,
)
from studio.connect.request import ConnectRequest, Step
from studio.connect.ssh_config import HostEntry, Target
from studio.errors import StepFailed


class MethodModule(Protocol):
    """The functions of each method's module. Each raises UserError."""

    def require_possible(self, request: ConnectRequest) -> None: ...

    def steps(self, request: ConnectRequest) -> Iterator[Step]: ...

    def resolve_target(self, request: ConnectRequest) -> Target | None: ...


METHODS: Mapping[ConnectMethod, MethodModule] = {
    ConnectMethod.NATIVE: native,
    ConnectMethod.SSH_HELPER: ssh_helper,
}


def steps(request: ConnectRequest, *, editor: Editor | None) -> Iterator[Step]:
    """The remaining steps; the last one opens the editor. Raises UserError if a check fails."""
    method, paths = METHODS[request.method], request.paths
    ssh_config.require_writable(paths)
    ssh_config.require_own(paths, region=request.region, account=request.account)
    method.require_possible(request)
    preconditions.require_all(request)
    if not paths.key.exists():
        yield Step(f"create the key pair {paths.key}", lambda: key_pair.ensure(paths))
    # Before the app starts: another entry may hide this one.
    yield Step(
        f"write {paths.entry}, which {paths.config} includes",
        lambda: proof.write(_predicted(request)),
        lambda: f"{ssh_config.added(paths)}{_predicted(request).text()}",
    )
    yield from method.steps(request)
    yield Step(
        f"run a command on {paths.host}", lambda: proof.prove(entry(request), request.report)
    )
    if editor is not None:
        settings_file = editors.settings_file(paths.home, editor)
        yield Step(
            f"add missing settings to {settings_file}: "
            f"{', '.join([*editors.REQUIRED, editors.INSTALL_PATH])}",
            lambda: editors.add_settings(
                settings_file, host=paths.host, login=request.login, report=request.report
            ),
        )
        yield Step(
            f"open {editor.name}",
            lambda: editors.open_window(paths.host, editor, request.report),
        )


def entry(request: ConnectRequest) -> HostEntry:
    """The Host entry of the running app. Raises StepFailed without a running app."""
    target = METHODS[request.method].resolve_target(request)
    if target is None:
        raise StepFailed(f"the app of {request.user} no longer runs; connect again")
    return _entry(request, target)


def _predicted(request: ConnectRequest) -> HostEntry:
    # A space exists before its app, a node does not: NODE stands for its id.
    target = METHODS[request.method].resolve_target(request)
    return _entry(request, target or ssh_helper.target_of(request.paths, "NODE"))


def _entry(request: ConnectRequest, target: Target) -> HostEntry:
    # Later runs of ssh may lack the AWS_PROFILE of this environment.
    named = request.aws.profile
    profile = ["--profile", named] if named else []
    # Python must not import `scripts` or `settings` from the folder in which ssh runs (-P), or from
    # the PYTHONPATH of its environment (-E), which is that of the user's own project.
    program = [sys.executable, "-EP", "-m", "scripts.session_proxy"]
    plugin = [] if request.plugin is Plugin.AUTO else ["--plugin", request.plugin]
    of_deployment = ["--deployment", request.settings.name, "--region", request.region]
    arguments = [target.id, *of_deployment, "--user", request.user, *profile, *plugin]
    return HostEntry(
        paths=request.paths, target=target, login=request.login, proxy=[*program, *arguments]
    )
