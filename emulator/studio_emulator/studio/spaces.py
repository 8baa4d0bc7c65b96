"""Spaces: owners, the largest volume, idle times, changes that a running app prevents."""

import secrets
from functools import partial
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.runtime import running_apps
from studio_emulator.studio import checks, lookup, settings_checks
from studio_emulator.studio.app_launch import CLASSIC, IN_SPACES, RSTUDIO
from studio_emulator.studio.lifecycle import CREATE, DELETE, UPDATE, Resource, begin
from studio_emulator.studio.listing import page
from studio_emulator.studio.refusals import in_use, invalid
from studio_emulator.studio.settings_merge import inherited, updated, within
from studio_emulator.studio.store import Store, store
from studio_emulator.studio.tags import set_tags
from studio_emulator.studio.user_profiles import next_uid

# Seconds on AWS, which the option `speed` divides.
CREATING = 10
UPDATING = 10
DELETING = 10

# Gigabytes; UserSettings$SpaceStorageSettings can change both.
DEFAULT_VOLUME = 5
LARGEST_VOLUME = 100

_EBS_SETTINGS = ("SpaceStorageSettings", "DefaultEbsStorageSettings")
_SHARED_TYPES = (*CLASSIC, *RSTUDIO, "TensorBoard")
_SUMMARIZED = ("AppType", "RemoteAccess", "SpaceStorageSettings")
_KEPT = ("SpaceSettings", "OwnershipSettings", "SpaceSharingSettings", "SpaceDisplayName")


def create_space(params: Params, call: Call) -> Answer:
    """CreateSpace; a key of the domain that is not enabled makes the space Failed later."""
    state = store(call)
    domain = lookup.usable_domain(state, params["DomainId"])
    name = params["SpaceName"]
    arn = lookup.new_arn(
        call, state.spaces, f"space/{domain.id}/{name}", "Space [{arn}] already exists."
    )
    lookup.within_limit(
        "Studio spaces", "Spaces", most=call.options.max_spaces, used=len(state.spaces)
    )
    owner = _owner(params, state, domain)
    if owner is not None and "SpaceSettings" not in params:
        raise invalid(f"SpaceSettings must be provided for creating private space [{arn}]")
    _check_type(params)
    data = {
        "DomainId": domain.id,
        "SpaceArn": arn,
        "SpaceName": name,
        "HomeEfsFileSystemUid": next_uid(domain),
        "Url": f"https://{secrets.token_hex(8)}.{domain.data['Url'].split('.', 1)[1]}",
        **{member: params[member] for member in _KEPT if member in params},
    }
    if "SpaceSettings" in params:
        defaults = _defaults(domain, owner)
        data["SpaceSettings"] = _with_volume(params["SpaceSettings"], defaults)
        _check_settings(data["SpaceSettings"], call, defaults)
    space = Resource(
        name=name,
        arn=arn,
        data=data,
        created=call.clock.now(),
        owned={"profile": lookup.member_key(domain.id, owner.name) if owner else None},
    )
    set_tags(state, arn, params.get("Tags"))
    state.spaces[lookup.member_key(domain.id, name)] = space
    effect = partial(checks.key_of_domain, call, domain.data)
    begin(call.clock, space, CREATE, after=CREATING, effect=effect)
    return {"SpaceArn": arn}


def describe_space(params: Params, call: Call) -> Answer:
    return lookup.space(params, call).answer()


def list_spaces(params: Params, call: Call) -> Answer:
    """ListSpaces, of one domain or of all domains."""
    spaces = lookup.listed(store(call).spaces, params, "SpaceNameContains")
    return page(spaces, params, "Spaces", _summary)


def update_space(params: Params, call: Call) -> Answer:
    """UpdateSpace; refuses a change of volume or remote access while the app runs."""
    state = store(call)
    space = lookup.space(params, call)
    lookup.require_state(space, "Space", lookup.USABLE)
    data = {**space.data}
    if "SpaceDisplayName" in params:
        data["SpaceDisplayName"] = params["SpaceDisplayName"]
    if "SpaceSettings" in params:
        if "AppType" in params["SpaceSettings"]:
            raise invalid("Updating AppType for Space is not supported.")
        before: Params = data.get("SpaceSettings", {})
        rule = call.options.settings_updates
        after = updated(before, params["SpaceSettings"], rule=rule)
        _check_change(before, after, state, space)
        domain = state.domains[space.data["DomainId"]]
        owner = state.user_profiles.get(space.owned["profile"])
        _check_settings(after, call, _defaults(domain, owner))
        data["SpaceSettings"] = after
    space.data = data
    begin(call.clock, space, UPDATE, after=UPDATING)
    return {"SpaceArn": space.arn}


def delete_space(params: Params, call: Call) -> Answer:
    """DeleteSpace; refused while it has an app that is neither Deleted nor Failed."""
    state = store(call)
    space = lookup.space(params, call)
    lookup.require_state(space, "Space", lookup.DELETABLE)
    lookup.refuse_associated(space, "Space", [("App", _has_app(state, space))])
    effect = partial(running_apps.delete_home, space.arn)
    begin(call.clock, space, DELETE, after=DELETING, effect=effect)
    return {}


def _has_app(state: Store, space: Resource) -> bool:
    apps = lookup.apps(state, space.data["DomainId"], lookup.ACTIVE)
    return any(app.data.get("SpaceName") == space.name for app in apps)


def _owner(params: Params, state: Store, domain: Resource) -> Resource | None:
    ownership, sharing = params.get("OwnershipSettings"), params.get("SpaceSharingSettings")
    if (ownership is None) != (sharing is None):
        raise invalid("OwnershipSettings and SpaceSharingSettings must be specified together.")
    private = within(sharing, "SharingType") == "Private"
    if not private and not within(domain.data, "DefaultSpaceSettings", "ExecutionRole"):
        raise invalid(f"Domain [{domain.arn}] has no DefaultSpaceSettings for shared spaces.")
    if ownership is None:
        return None
    name = ownership["OwnerUserProfileName"]
    owner = state.user_profiles.get(lookup.member_key(domain.id, name))
    if owner is None:
        raise invalid(f"UserProfile [{name}] does not exist in domain [{domain.id}].")
    lookup.require_state(owner, "UserProfile", lookup.USABLE)
    return owner


def _check_type(params: Params) -> None:
    """The types of a space in CloudFormation's reference; of a private one, those of the guide.

    AWS::SageMaker::Space SpaceSettings; "Amazon SageMaker Studio spaces".
    """
    private = within(params, "SpaceSharingSettings", "SharingType") == "Private"
    app_type = within(params, "SpaceSettings", "AppType")
    # The provider's acceptance test creates a private space without a type.
    if app_type not in (None, *IN_SPACES, *(() if private else _SHARED_TYPES)):
        kind = "private" if private else "shared"
        raise invalid(f"AppType '{app_type}' is not supported for {kind} spaces.")


def _defaults(domain: Resource, owner: Resource | None) -> Params:
    profile = within(owner.data if owner else None, "UserSettings")
    return inherited(profile, domain.data["DefaultUserSettings"])


def _with_volume(settings: Params, defaults: Params) -> Params:
    if settings.get("AppType") not in IN_SPACES or "SpaceStorageSettings" in settings:
        return settings
    size = within(defaults, *_EBS_SETTINGS, "DefaultEbsVolumeSizeInGb")
    volume = {"EbsVolumeSizeInGb": size or DEFAULT_VOLUME}
    return {**settings, "SpaceStorageSettings": {"EbsStorageSettings": volume}}


def _check_settings(settings: Params, call: Call, defaults: Params) -> None:
    settings_checks.app_settings(settings, call)
    largest = within(defaults, *_EBS_SETTINGS, "MaximumEbsVolumeSizeInGb") or LARGEST_VOLUME
    if _volume(settings) > largest:
        raise invalid(
            f"EbsVolumeSizeInGb must not be above {largest}, the maximum of the "
            "domain's or the user profile's SpaceStorageSettings."
        )
    for member in ("JupyterLabAppSettings", "CodeEditorAppSettings"):
        _check_idle(settings, defaults, member)
    for mounted in settings.get("CustomFileSystems", []):
        if file_system := within(mounted, "EFSFileSystem", "FileSystemId"):
            checks.file_system(call, file_system)


def _check_idle(settings: Params, defaults: Params, member: str) -> None:
    path = (member, "AppLifecycleManagement", "IdleSettings")
    minutes = within(settings, *path, "IdleTimeoutInMinutes")
    if minutes is None:
        return
    allowed = within(defaults, *path) or {}
    low = allowed.get("MinIdleTimeoutInMinutes", minutes)
    high = allowed.get("MaxIdleTimeoutInMinutes", minutes)
    if not low <= minutes <= high:
        raise invalid(f"IdleTimeoutInMinutes must be between {low} and {high}.")


def _check_change(before: Params, after: Params, state: Store, space: Resource) -> None:
    if _volume(after) < _volume(before):
        raise invalid("EbsVolumeSizeInGb cannot be decreased.")
    busy = _has_app(state, space)
    if busy and _volume(after) != _volume(before):
        raise in_use("EbsVolumeSizeInGb cannot be changed while the space's app runs.")
    if busy and _remote_access(after) != _remote_access(before):
        raise in_use("RemoteAccess cannot be changed while the space's app runs.")


def _volume(settings: Params) -> int:
    size = within(settings, "SpaceStorageSettings", "EbsStorageSettings", "EbsVolumeSizeInGb")
    return size or 0


def _remote_access(settings: Params) -> str:
    return str(settings.get("RemoteAccess", "DISABLED"))


def _summary(space: Resource) -> dict[str, Any]:
    times = ("CreationTime", "LastModifiedTime")
    summary = space.summary("DomainId", "SpaceName", "Status", *times, "SpaceDisplayName")
    settings: Params = space.data.get("SpaceSettings", {})
    summary["SpaceSettingsSummary"] = {m: settings[m] for m in _SUMMARIZED if m in settings}
    for member in ("SpaceSharingSettings", "OwnershipSettings"):
        if member in space.data:
            summary[f"{member}Summary"] = space.data[member]
    return summary
