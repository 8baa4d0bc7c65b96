"""Connects a user to a space: requires programs, and for ssh-helper the tier and the key bucket;
runs the steps, and names an app that it leaves running. Removes a new host that AWS denies.
"""

from collections.abc import Collection, Iterable

from catalog.editors import EDITORS, Editor
from catalog.names import Plugin
from settings import ConnectMethod, Feature, Settings, UserError
from settings.errors import show
from studio.aws.client import Aws
from studio.connect import editors, space_app, ssh_config
from studio.connect.request import ConnectRequest, Step
from studio.connect.ssh_config import SshPaths
from studio.connect.steps import steps
from studio.console import output
from studio.console.reports import Report
from studio.doctor.client import CLIENT
from studio.doctor.context import Context
from studio.doctor.model import Check, Outcome, run_checks
from studio.errors import StepFailed

_PLUGIN = "session-manager-plugin"
_DENIED = "(AccessDenied"
"""The beginning of the code of SageMaker, S3 and Systems Manager, in their errors and in ssh's."""


def connect(
    settings: Settings,
    paths: SshPaths,
    *,
    method: ConnectMethod | None,
    login: str,
    plugin: Plugin,
    editor: Editor | None,
    dry_run: bool,
    report: Report,
) -> None:
    """Configure ``paths.host`` for ssh, and open the editor on it, if any.

    method: default, the one in the settings. plugin: what carries the sessions. dry_run: run the
    checks, report the steps, change nothing. Raises UserError.
    """
    settings.require_user(paths.user)
    if Feature.CONNECT not in settings.features:
        raise UserError(
            f'features = {show([*settings.features])}: connections need "{Feature.CONNECT}"; '
            "add it and run `studio up`"
        )
    method = method or settings.connect(paths.user)
    programs = [editor.command] if editor else []
    programs += [_PLUGIN] if plugin is Plugin.AWS else []
    context = Context(settings=settings, methods={method}, programs=programs)
    names = ["ssh", *([] if plugin is Plugin.STUDIO else [_PLUGIN]), *programs]
    _require(context, CLIENT, names)
    aws = Aws(settings.region)
    report(f"Connecting to {settings.name!r} in {aws.describe()}")
    if method is ConnectMethod.SSH_HELPER:
        from studio.doctor.checks import ACCOUNT

        _require(context, ACCOUNT, ("ssm-tier", "key-bucket"))
    request = ConnectRequest(
        settings=settings,
        paths=paths,
        aws=aws,
        space=space_app.find_space(aws, settings.name, paths.user),
        method=method,
        login=login,
        plugin=plugin,
        report=report,
    )
    # All checks of the steps have passed before the first step runs.
    remaining = list(steps(request, editor=editor))
    if dry_run:
        for step in remaining:
            report(f"would {step.description}")
            for line in step.preview().splitlines():
                report(f"    {line}")
        return
    _run(request, remaining)


def disconnect(paths: SshPaths, *, region: str, dry_run: bool) -> bool:
    """Remove the host, its key and its settings in each editor; False if there is no host.

    dry_run: run the checks, change nothing. Raises UserError.
    """
    ssh_config.require_own(paths, region=region)
    found = ssh_config.remove(paths, dry_run=True)
    if not dry_run:
        ssh_config.remove(paths)
        # Last: the settings of an editor may be read-only, and without a host they have no effect.
        for editor in EDITORS.values():
            editors.remove_settings(editors.settings_file(paths.home, editor), host=paths.host)
    return found


def _run(request: ConnectRequest, remaining: list[Step]) -> None:
    started, known = "", request.paths.existing()
    try:
        for step in remaining:
            request.report(step.description)
            if step.starts_app:
                started = (
                    f"the app that this command started ({space_app.price(request)}) "
                    f"keeps running; `studio stop {request.user}` stops it"
                )
            with output.current().waiting(step.description):
                step.run()
    except UserError as error:
        if _DENIED in str(error) and not known:
            ssh_config.remove(request.paths)
        if started and _may_run(request):
            raise StepFailed(f"{error}; {started}") from error
        raise
    except KeyboardInterrupt:
        if started:
            request.report(started)
        raise


def _may_run(request: ConnectRequest) -> bool:
    try:
        return request.app() is not None
    except UserError:
        return True


def _require(context: Context, checks: Iterable[Check], names: Collection[str]) -> None:
    """Raise UserError, with the fix, for the first of these checks that fails.

    A check that cannot run, for example because AWS denies it, does not fail.
    """
    for result in run_checks((check for check in checks if check.name in names), context):
        if result.outcome is Outcome.FAILED:
            fix = output.current().runnable(result.fix, is_command=True)
            raise UserError(f"{result.found}. {result.why} To fix it: {fix}")
