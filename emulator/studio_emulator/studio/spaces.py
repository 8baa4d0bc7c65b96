"""Spaces: private to one user profile, or shared by a domain's users."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from studio_emulator import runtime
from studio_emulator.studio import checks, lookup, settings_checks
from studio_emulator.studio.call import Call
from studio_emulator.studio.checks import invalid
from studio_emulator.studio.lifecycle import GONE, Resource, begin
from studio_emulator.studio.listing import page
from studio_emulator.studio.settings_merge import inherited, updated, within
from studio_emulator.studio.store import Store, store
from studio_emulator.studio.user_profiles import next_uid

Params = dict[str, Any]

# AWS seconds
CREATING = 10
UPDATING = 10
DELETING = 10

# Gigabytes; UserSettings$SpaceStorageSettings says what may differ from them.
DEFAULT_VOLUME = 5
LARGEST_VOLUME = 100

WITH_VOLUME = ("JupyterLab", "CodeEditor")
_SUMMARISED = ("AppType", "RemoteAccess", "SpaceStorageSettings")
_KEPT = ("SpaceSettings", "OwnershipSettings", "SpaceSharingSettings", "SpaceDisplayName")


def create_space(params: Params, call: Call) -> Params:
    """CreateSpace; ownership and sharing settings come together or not at all."""
    held = store(call)
    domain = lookup.usable_domain(held, params["DomainId"])
    name = params["SpaceName"]
    key = (domain.id, name.lower())
    if key in held.spaces:
        raise lookup.in_use(f"Space [{held.spaces[key].arn}] already exists.")
    lookup.within_limit(
        "Studio spaces", "Spaces", most=call.options.max_spaces, used=len(held.spaces)
    )
    owner = _owner(params, held, domain)
    arn = call.arn(f"space/{domain.id}/{name.lower()}")
    if owner is not None and "SpaceSettings" not in params:
        raise invalid(f"SpaceSettings must be provided for creating private space [{arn}]")
    data = {
        "DomainId": domain.id,
        "SpaceArn": arn,
        "SpaceName": name,
        "HomeEfsFileSystemUid": next_uid(domain),
        "Url": f"https://{secrets.token_hex(8)}.{domain.data['Url'].split('.', 1)[1]}",
        **{member: params[member] for member in _KEPT if member in params},
    }
    if "SpaceSettings" in params:
        defaults = inherited(
            within(owner.data if owner else None, "UserSettings"),
            domain.data["DefaultUserSettings"],
        )
        data["SpaceSettings"] = _with_volume(params["SpaceSettings"], defaults)
        _check_settings(data["SpaceSettings"], call, defaults)
    space = Resource(
        type="space",
        id=f"{domain.id}/{name}",
        name=name,
        arn=arn,
        data=data,
        created=call.clock.now(),
        owned={"profile": (domain.id, owner.name.lower()) if owner else None},
    )
    held.tag(arn, params.get("Tags"))
    held.spaces[key] = space
    begin(call.clock, space, "Pending", then="InService", after=CREATING)
    return {"SpaceArn": arn}


def describe_space(params: Params, call: Call) -> Params:
    """DescribeSpace."""
    return _named(store(call), call, params).answer()


def list_spaces(params: Params, call: Call) -> Params:
    """ListSpaces, of one domain or of all."""
    spaces = lookup.listed(store(call).spaces, params, "SpaceNameContains")
    return page(spaces, params, "Spaces", _summary)


def update_space(params: Params, call: Call) -> Params:
    """UpdateSpace; what the running app depends on needs that app stopped."""
    held = store(call)
    space = _named(held, call, params)
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
        _check_change(before, after, held, space)
        _check_settings(after, call, _defaults(held, space))
        data["SpaceSettings"] = after
    space.data = data
    begin(call.clock, space, "Updating", then="InService", after=UPDATING)
    return {"SpaceArn": space.arn}


def delete_space(params: Params, call: Call) -> Params:
    """DeleteSpace, refused while it has an app that is neither Deleted nor Failed."""
    held = store(call)
    space = _named(held, call, params)
    lookup.require_state(space, "Space", lookup.DELETABLE)
    busy = any(_apps(held, space, (*lookup.RUNNING, "Deleting")))
    lookup.refuse_associated(space, "Space", [("App", busy)])
    begin(
        call.clock,
        space,
        "Deleting",
        then=GONE,
        after=DELETING,
        effect=partial(runtime.delete_home, space.arn),
        failed="Delete_Failed",
    )
    return {}


def _named(held: Store, call: Call, params: Params) -> Resource:
    return lookup.space(held, call, params["DomainId"], params["SpaceName"])


def _apps(held: Store, space: Resource, states: tuple[str, ...]) -> list[Resource]:
    apps = lookup.apps(held, space.data["DomainId"], states)
    return [app for app in apps if app.data.get("SpaceName") == space.name]


def _owner(params: Params, held: Store, domain: Resource) -> Resource | None:
    ownership, sharing = params.get("OwnershipSettings"), params.get("SpaceSharingSettings")
    if (ownership is None) != (sharing is None):
        raise invalid("OwnershipSettings and SpaceSharingSettings must be specified together.")
    private = within(sharing, "SharingType") == "Private"
    if not private and not within(domain.data, "DefaultSpaceSettings", "ExecutionRole"):
        raise invalid(f"Domain [{domain.arn}] has no DefaultSpaceSettings for shared spaces.")
    if ownership is None:
        return None
    name = ownership["OwnerUserProfileName"]
    owner = held.user_profiles.get((domain.id, name.lower()))
    if owner is None:
        raise invalid(f"UserProfile [{name}] does not exist in domain [{domain.id}].")
    lookup.require_state(owner, "UserProfile", lookup.USABLE)
    return owner


def _defaults(held: Store, space: Resource) -> Params:
    domain = held.domains[space.data["DomainId"]]
    owner = held.user_profiles.get(space.owned["profile"])
    profile = within(owner.data if owner else None, "UserSettings")
    return inherited(profile, domain.data["DefaultUserSettings"])


def _with_volume(settings: Params, defaults: Params) -> Params:
    if settings.get("AppType") not in WITH_VOLUME or "SpaceStorageSettings" in settings:
        return settings
    size = within(
        defaults,
        "SpaceStorageSettings",
        "DefaultEbsStorageSettings",
        "DefaultEbsVolumeSizeInGb",
    )
    volume = {"EbsVolumeSizeInGb": size or DEFAULT_VOLUME}
    return {**settings, "SpaceStorageSettings": {"EbsStorageSettings": volume}}


def _check_settings(settings: Params, call: Call, defaults: Params) -> None:
    settings_checks.app_settings(settings, call)
    largest = within(
        defaults,
        "SpaceStorageSettings",
        "DefaultEbsStorageSettings",
        "MaximumEbsVolumeSizeInGb",
    )
    if _volume(settings) > (largest or LARGEST_VOLUME):
        raise invalid(
            f"EbsVolumeSizeInGb must not be above {largest or LARGEST_VOLUME}, the maximum of the "
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


def _check_change(before: Params, after: Params, held: Store, space: Resource) -> None:
    if _volume(after) < _volume(before):
        raise invalid("EbsVolumeSizeInGb cannot be decreased.")
    busy = bool(_apps(held, space, (*lookup.RUNNING, "Deleting")))
    if busy and _volume(after) != _volume(before):
        raise lookup.in_use("EbsVolumeSizeInGb cannot be changed while the space's app runs.")
    if busy and _remote_access(after) != _remote_access(before):
        raise lookup.in_use("RemoteAccess cannot be changed while the space's app runs.")


def _volume(settings: Params) -> int:
    size = within(settings, "SpaceStorageSettings", "EbsStorageSettings", "EbsVolumeSizeInGb")
    return size or 0


def _remote_access(settings: Params) -> str:
    return str(settings.get("RemoteAccess", "DISABLED"))


def _summary(space: Resource) -> Params:
    answer = space.answer()
    members = ("DomainId", "SpaceName", "Status", "CreationTime", "LastModifiedTime")
    summary = {member: answer[member] for member in members}
    settings: Params = answer.get("SpaceSettings", {})
    summary["SpaceSettingsSummary"] = {m: settings[m] for m in _SUMMARISED if m in settings}
    for member in ("SpaceSharingSettings", "OwnershipSettings"):
        if member in answer:
            summary[f"{member}Summary"] = answer[member]
    if "SpaceDisplayName" in answer:
        summary["SpaceDisplayName"] = answer["SpaceDisplayName"]
    return summary


OPERATIONS = {
    "CreateSpace": create_space,
    "DescribeSpace": describe_space,
    "ListSpaces": list_spaces,
    "UpdateSpace": update_space,
    "DeleteSpace": delete_space,
}
