"""Apps: their statuses and how long each lasts, when one fails; refuses a second of a name."""

from functools import partial

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.studio import (
    app_launch,
    app_runtime,
    checks,
    domain_network,
    lookup,
    usage,
)
from studio_emulator.studio.app_launch import AppLocation
from studio_emulator.studio.lifecycle import CREATE, GONE, Change, Resource, Transition, begin
from studio_emulator.studio.listing import page
from studio_emulator.studio.refusals import in_use, invalid
from studio_emulator.studio.store import STORES, AppKey, Store, store
from studio_emulator.studio.tags import set_tags

# Seconds on AWS, which the option `speed` divides. No document of AWS has the first two.
STARTING = 120
STOPPING = 90
DESCRIBED = 24 * 3600  # after the deletion; DescribeAppResponse$CreationTime in the API reference

_DELETE = Change("Deleting", "Deleted", "Failed")
_FORGET = Change("Deleted", GONE, "Deleted")


def app_key(params: Params) -> AppKey:
    """The store's key of the app that a request names. Raises ValidationException."""
    kind, name = app_launch.owner(params)
    return (params["DomainId"], kind, name.lower(), params["AppType"], params["AppName"])


def create_app(params: Params, call: Call) -> Answer:
    """CreateApp; refuses a second app of a name, and what ``app_launch`` refuses.

    A role or key that SageMaker cannot use makes the app Failed later.
    """
    state = store(call)
    where = app_launch.locate(params, state)
    key = app_key(params)
    present = state.apps.get(key)
    if present is not None and present.status not in lookup.ENDED:
        raise in_use(f"App [{present.arn}] already exists.")
    app_launch.check_type(params, where)
    spec = app_launch.resource_spec(params, call, state, where)
    app_launch.check_quota(call, state, params["AppType"], spec["InstanceType"])
    app = _new(params, call, where, spec)
    app.owned["image"] = image = app_launch.custom_image(spec, state)
    # A newer version is used when the app starts the next time.
    app.owned["version"] = usage.version(spec, image, state).arn if image else None
    app.owned["interfaces"] = _attach(call, where)
    app.owned["end"] = partial(_end, call, app)
    set_tags(state, app.arn, params.get("Tags"))
    _propagate_tags(state, app, where)
    state.apps[key] = app
    app_runtime.start(call, app, where)
    begin(call.clock, app, CREATE, after=STARTING, effect=partial(_start, call, app, where))
    return {"AppArn": app.arn}


def describe_app(params: Params, call: Call) -> Answer:
    """DescribeApp; a Deleted app is described for 24 hours."""
    app = _named(store(call), call, params)
    answer = app.answer()
    del answer["LastModifiedTime"]
    if app.status == "InService":
        now = call.clock.now()
        answer |= {"LastHealthCheckTimestamp": now, "LastUserActivityTimestamp": now}
    return answer


def list_apps(params: Params, call: Call) -> Answer:
    """ListApps, with the apps that were deleted in the last 24 hours."""
    if "SpaceNameEquals" in params and "UserProfileNameEquals" in params:
        raise invalid("SpaceNameEquals and UserProfileNameEquals cannot be combined.")
    filters = {
        "DomainId": params.get("DomainIdEquals"),
        "SpaceName": params.get("SpaceNameEquals"),
        "UserProfileName": params.get("UserProfileNameEquals"),
    }
    apps = [
        app
        for app in store(call).apps.values()
        if all(value in (None, app.data.get(member)) for member, value in filters.items())
    ]
    owner = ("DomainId", "UserProfileName", "SpaceName")
    members = (*owner, "AppType", "AppName", "Status", "CreationTime", "ResourceSpec")
    return page(apps, params, "Apps", lambda app: app.summary(*members))


def delete_app(params: Params, call: Call) -> Answer:
    """DeleteApp: Deleting, then Deleted; refuses an app in these statuses, and a Failed one."""
    state = store(call)
    app = _named(state, call, params)
    if app.status == "Deleted":
        raise invalid(f"App [{app.arn}] has already been deleted.")
    if app.status == "Failed":
        raise invalid(f"App [{app.arn}] previously failed and was automatically deleted.")
    lookup.require_state(app, "App", lookup.RUNNING)
    if (call.clock.now() - app.created) * call.clock.speed < call.options.app_deletion_delay:
        raise invalid(f"App [{app.arn}] cannot be deleted while it starts.")
    app_runtime.stop(app, reason="The app is being deleted.")
    begin(call.clock, app, _DELETE, after=STOPPING, effect=partial(_stop, call, app))
    return {}


def fail_ended() -> None:
    """Set the status of each app to Failed whose process or container has ended."""
    for state in STORES.values():
        for app in state.apps.values():
            if app.status == "InService" and (reason := app_runtime.failure(app)):
                app.status, app.failure = "Failed", reason
                app.owned["end"](reason)


def _end(call: Call, app: Resource, reason: str) -> None:
    app_runtime.stop(app, reason=reason)
    _stop(call, app)


def _named(state: Store, call: Call, params: Params) -> Resource:
    missing = f"App [{app_arn(params, call)}] does not exist."
    return lookup.existing(state.apps, app_key(params), missing)


def app_arn(params: Params, call: Call) -> str:
    """The ARN of the app that a request names. Raises ValidationException."""
    _, owner = app_launch.owner(params)
    app_type = params["AppType"]
    # ARNs have the older types in lower case (decodeAppID in the provider's app.go).
    shown = app_type if app_type in app_launch.IN_SPACES else app_type.lower()
    return call.arn(f"app/{params['DomainId']}/{owner}/{shown}/{params['AppName']}")


def _new(params: Params, call: Call, where: AppLocation, spec: Params) -> Resource:
    member = "SpaceName" if where.space else "UserProfileName"
    arn = app_arn({**params, member: where.resource.name}, call)
    data = {
        "AppArn": arn,
        "AppType": params["AppType"],
        "AppName": params["AppName"],
        "DomainId": where.domain.id,
        member: where.resource.name,
        "ResourceSpec": spec,
    }
    if "RecoveryMode" in params:
        data["RecoveryMode"] = params["RecoveryMode"]
    user = where.profile and lookup.member_key(where.domain.id, where.profile.name)
    return Resource(
        name=params["AppName"],
        arn=arn,
        data=data,
        created=call.clock.now(),
        owned={"profile": user, "interfaces": []},
    )


def _attach(call: Call, where: AppLocation) -> list[str]:
    own_vpc = checks.interface_vpc(where.domain.data)
    groups = where.settings.get("SecurityGroups", []) if own_vpc else []
    uid = where.resource.data["HomeEfsFileSystemUid"]
    return domain_network.attach_app(call, where.domain, groups, uid)


def _propagate_tags(state: Store, app: Resource, where: AppLocation) -> None:
    if where.domain.data["TagPropagation"] != "ENABLED":
        return
    owners = [owner for owner in (where.domain, where.profile, where.space) if owner]
    own = state.tags[app.arn]
    state.tags[app.arn] = {
        key: value
        for tags in (*(state.tags.get(owner.arn, {}) for owner in owners), own)
        for key, value in tags.items()
    }


def _start(call: Call, app: Resource, where: AppLocation) -> None:
    try:
        app_launch.assume_role(call, where, app.arn)
        checks.key_of_domain(call, where.domain.data)
        if reason := app_runtime.failure(app):
            raise AwsError("InternalFailure", reason)
    except AwsError as error:
        _end(call, app, error.message)
        raise


def _stop(call: Call, app: Resource) -> None:
    domain_network.detach_app(call, app.owned.pop("interfaces", []))
    app.pending = Transition(call.clock.due(DESCRIBED), _FORGET, None)
