"""Starts and stops the process or container of an app, with its environment and its log."""

import time
from functools import partial

from studio_emulator import iam
from studio_emulator.call import Call
from studio_emulator.lock import LOCK
from studio_emulator.runtime import running_apps
from studio_emulator.runtime.engine import EngineError
from studio_emulator.sessions.open_sessions import end_sessions_of
from studio_emulator.ssm.container_nodes import ContainerNodes
from studio_emulator.studio.app_launch import AppLocation
from studio_emulator.studio.container_start import container_start
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.sessions import cannot_register
from studio_emulator.studio.store import by_arn, store

LOG_GROUP = "/aws/sagemaker/studio"
LOGIN = "sagemaker-user"
_WRITE_LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")


def start(call: Call, app: Resource, where: AppLocation) -> None:
    """Start the app's container or process, as the option `apps` says."""
    if where.space is None:
        return
    app.owned["target"] = target = where.space.arn
    if call.options.apps == "off":
        return
    environment = _environment(call, app)
    image = app.data["ResourceSpec"]["SageMakerImageArn"]
    no_container = ""
    if call.options.apps != "processes":
        try:
            running_apps.find_engine()
            container = container_start(call, app, where, environment)
        except EngineError as error:
            no_container = f" No container: {error}."
            if call.options.apps == "containers":
                app.owned["refused"] = f"{image} does not run:{no_container}"
                return
        else:
            if container is not None:
                app.waits = partial(running_apps.starting, target)
                running_apps.start_container(
                    target,
                    container,
                    log=partial(_log, call, app, where),
                    service=ContainerNodes(
                        target,
                        clock=call.clock,
                        shut_out=lambda: cannot_register(store(call), app, call),
                    ),
                )
                return
            no_container = " SageMaker's own images are not in the emulator's registry."
    _log(
        call,
        app,
        where,
        f"This app is a process of the emulator's machine in an empty home directory. {image} and "
        f"lifecycle configurations do not run.{no_container}",
    )
    running_apps.start(target, environment)


def stop(app: Resource, *, reason: str) -> None:
    """End the app's sessions and its container or process."""
    target = app.owned.get("target")
    if target is not None:
        end_sessions_of(target, reason=reason)
        running_apps.stop(target)


def failure(app: Resource) -> str:
    """Why the app's container or process has ended or did not start; "" if it runs."""
    target = app.owned.get("target")
    return str(app.owned.get("refused") or (running_apps.failure(target) if target else ""))


def _environment(call: Call, app: Resource) -> dict[str, str]:
    """The variables that Studio sets in an app, and those that direct its calls to the emulator."""
    return {
        "USER": LOGIN,
        "LOGNAME": LOGIN,
        "SAGEMAKER_APP_TYPE": app.data["AppType"],
        "SAGEMAKER_SPACE_NAME": app.data["SpaceName"],
        "AWS_REGION": call.region,
        "AWS_DEFAULT_REGION": call.region,
        "AWS_ENDPOINT_URL": call.endpoint_url,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _log(call: Call, app: Resource, where: AppLocation, line: str, of_script: bool = False) -> None:
    """Write to the app's log stream if its execution role has the permissions.

    Safe to call from any thread; writes nothing after the app was replaced.
    """
    stream = f"{app.data['DomainId']}/{where.resource.name}/{app.data['AppType']}/{app.name}"
    if of_script:
        stream += "/LifecycleConfigOnStart"
    group = call.arn(f"log-group:{LOG_GROUP}", "logs")
    arns = [group, f"{group}:log-stream:{stream}"]
    with LOCK:
        role = iam.role_named(call.account, where.settings.get("ExecutionRole", ""))
        allowed = role is not None and all(
            any(iam.allows(role, action, arn) for arn in arns) for action in _WRITE_LOGS
        )
        if not allowed or by_arn(store(call).apps, app.arn) is not app:
            return
        logs = call.backend("logs")
        if LOG_GROUP not in logs.groups:
            logs.create_log_group(LOG_GROUP, {})
        if stream not in logs.groups[LOG_GROUP].streams:
            logs.create_log_stream(LOG_GROUP, stream)
        now = int(time.time() * 1000)
        logs.put_log_events(LOG_GROUP, stream, [{"timestamp": now, "message": line}])
