"""The settings of an app's container: image, entrypoint, script, credentials of its role."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from studio_emulator import registry
from studio_emulator.call import Call
from studio_emulator.moto_internals import get_backend
from studio_emulator.runtime.container_start import Start
from studio_emulator.runtime.engine import EngineError
from studio_emulator.studio.app_launch import AppLocation
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.settings_merge import Settings, within
from studio_emulator.studio.store import Store, by_arn, store

_TAG_DIGITS = 16
_HTTP = 80
_YEAR = 365 * 24 * 3600


def container_start(
    call: Call, app: Resource, where: AppLocation, environment: Mapping[str, str]
) -> Start | None:
    """The settings; None for an image of SageMaker. Raises EngineError."""
    state = store(call)
    name = app.owned["image"]
    if name is None:
        return None
    version = next(v for v in state.image_versions.values() if v.arn == app.owned["version"])
    pushed = registry.find_image(call.account, call.region, version.data["ContainerImage"])
    if pushed is None:
        raise EngineError(f"the registry does not have {version.data['ContainerImage']} any more")
    image: dict[str, Any] = pushed.config.get("config") or {}
    container = _container_config(app, where, state)
    entrypoint = container.get("ContainerEntrypoint")
    # As in Docker, an entrypoint also removes the image's arguments.
    arguments = container.get("ContainerArguments") or (not entrypoint and image.get("Cmd"))
    script = by_arn(state.lifecycle_configs, app.data["ResourceSpec"].get("LifecycleConfigArn", ""))
    return Start(
        tag=pushed.digest.removeprefix("sha256:")[:_TAG_DIGITS],
        write_image=pushed.write_archive,
        words=[*(entrypoint or image.get("Entrypoint") or []), *(arguments or [])],
        environment={
            **container.get("ContainerEnvironmentVariables", {}),
            **environment,
            **_credentials(call, where),
        },
        script=base64.b64decode(script.data["StudioLifecycleConfigContent"]) if script else None,
        metadata={
            "AppType": app.data["AppType"],
            "DomainId": app.data["DomainId"],
            "SpaceName": app.data["SpaceName"],
            "ExecutionRoleArn": where.settings.get("ExecutionRole", ""),
            "ResourceArn": app.arn,
            "ResourceName": app.name,
        },
        port=urlsplit(call.endpoint_url).port or _HTTP,
    )


def _credentials(call: Call, where: AppLocation) -> dict[str, str]:
    """Credentials of the execution role that outlast the container: no endpoint renews them."""
    backend: Any = get_backend("sts")[call.account][call.partition]
    assumed = backend.assume_role(
        region_name=call.region,
        role_session_name="SageMaker",
        role_arn=where.settings.get("ExecutionRole", ""),
        policy="",
        duration=_YEAR,
        external_id="",
    )
    return {
        "AWS_ACCESS_KEY_ID": assumed.access_key_id,
        "AWS_SECRET_ACCESS_KEY": assumed.secret_access_key,
        "AWS_SESSION_TOKEN": assumed.session_token,
    }


def _container_config(app: Resource, where: AppLocation, state: Store) -> Settings:
    """The ContainerConfig of the image's app image config for this app type."""
    app_type = app.data["AppType"]
    sources = [where.settings, where.domain.data.get("DefaultSpaceSettings")]
    for source in sources:
        for attached in within(source, f"{app_type}AppSettings", "CustomImages") or []:
            config = state.app_image_configs.get(attached["AppImageConfigName"])
            if attached["ImageName"] == app.owned["image"] and config is not None:
                found = within(config.data, f"{app_type}AppImageConfig", "ContainerConfig")
                return found or {}
    return {}
