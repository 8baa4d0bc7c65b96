"""App image configs: how an image runs as one type of app, and with which user ids."""

from collections.abc import Mapping

from studio_emulator.call import Answer, Call, Params
from studio_emulator.studio import lookup
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.listing import filtered, page
from studio_emulator.studio.refusals import invalid
from studio_emulator.studio.store import store
from studio_emulator.studio.tags import set_tags

_FILE_SYSTEM_DEFAULTS = {"MountPath": "/home/sagemaker-user", "DefaultUid": 1000, "DefaultGid": 100}

# The pairs of uid and gid that AWS accepts for each app type. KernelGateway:
# https://docs.aws.amazon.com/sagemaker/latest/dg/studio-byoi-specs.html; the others, and the
# message: https://github.com/hashicorp/terraform-provider-aws/issues/40976.
_USERS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "KernelGatewayImageConfig": ((0, 0), (1000, 100)),
    "JupyterLabAppImageConfig": ((1000, 100),),
    "CodeEditorAppImageConfig": ((1000, 100),),
}


def create_app_image_config(params: Params, call: Call) -> Answer:
    """CreateAppImageConfig; accepts the settings of one app type."""
    state, name = store(call), params["AppImageConfigName"]
    taken = "The ID or Name specified is already in use."
    arn = lookup.new_arn(call, state.app_image_configs, f"app-image-config/{name}", taken)
    data = {"AppImageConfigName": name, "AppImageConfigArn": arn, **_settings(params)}
    set_tags(state, arn, params.get("Tags"))
    state.app_image_configs[name] = Resource(
        name=name, arn=arn, data=data, status="CREATED", created=call.clock.now()
    )
    return {"AppImageConfigArn": arn}


def describe_app_image_config(params: Params, call: Call) -> Answer:
    return _find(params, call).without_status()


def list_app_image_configs(params: Params, call: Call) -> Answer:
    found = filtered(store(call).app_image_configs.values(), params)
    return page(found, params, "AppImageConfigs", Resource.without_status, ascending=False)


def update_app_image_config(params: Params, call: Call) -> Answer:
    """UpdateAppImageConfig: replaces the settings of its app type."""
    config = _find(params, call)
    settings = _settings(params)
    others = sorted(config.data.keys() & _USERS.keys() - settings.keys())
    if settings and others:
        raise invalid(f"{config.name} already has a {others[0]}.")
    config.data |= settings
    config.modified = call.clock.now()
    return {"AppImageConfigArn": config.arn}


def delete_app_image_config(params: Params, call: Call) -> Answer:
    """DeleteAppImageConfig; also deletes an attached one: the API models no ResourceInUse."""
    config = _find(params, call)
    state = store(call)
    del state.app_image_configs[config.name]
    state.tags.pop(config.arn, None)
    return {}


def _find(params: Params, call: Call) -> Resource:
    name = params["AppImageConfigName"]
    missing = f"AppImageConfig {name} does not exist."
    return lookup.existing(store(call).app_image_configs, name, missing)


def _settings(params: Params) -> Params:
    given = {member: dict(params[member]) for member in _USERS if member in params}
    if len(given) > 1:
        raise invalid(f"Only one of {', '.join(_USERS)} can be specified.")
    for member, settings in given.items():
        if "FileSystemConfig" not in settings:
            continue
        file_system = {**_FILE_SYSTEM_DEFAULTS, **settings["FileSystemConfig"]}
        settings["FileSystemConfig"] = file_system
        allowed = _USERS[member]
        if (file_system["DefaultUid"], file_system["DefaultGid"]) not in allowed:
            pairs = " or ".join(f"{uid} and {gid}" for uid, gid in allowed)
            raise invalid(
                "Unsupported FileSystemConfig parameters. Only supported values of DefaultUId "
                f"and DefaultGID are {pairs} respectively"
            )
    return given
