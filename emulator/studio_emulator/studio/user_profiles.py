"""User profiles: security groups, sign-on, user ids, presigned URLs; no deletion while in use."""

import secrets

from studio_emulator.call import Answer, Call, Params
from studio_emulator.studio import checks, lookup, settings_checks, usage
from studio_emulator.studio.lifecycle import CREATE, DELETE, UPDATE, Resource, begin
from studio_emulator.studio.listing import page
from studio_emulator.studio.refusals import invalid
from studio_emulator.studio.settings_merge import inherited, updated
from studio_emulator.studio.store import store
from studio_emulator.studio.tags import set_tags

# Seconds on AWS, which the option `speed` divides.
CREATING = 15
UPDATING = 10
DELETING = 15

FIRST_UID = 200005
UID_STEP = 5

_SSO = ("SingleSignOnUserIdentifier", "SingleSignOnUserValue")
_LANDING_APPS = ("JupyterServer", "JupyterLab", "RStudioServerPro", "CodeEditor", "Canvas")


def create_user_profile(params: Params, call: Call) -> Answer:
    """CreateUserProfile; names are case-insensitive.

    Refused in a domain that is not InService, for a name in use, for sign-on members that differ
    from the domain's AuthMode, and in a VpcOnly domain for a user without a security group.
    """
    state = store(call)
    domain = lookup.usable_domain(state, params["DomainId"])
    name = params["UserProfileName"]
    resource, taken = f"user-profile/{domain.id}/{name}", "UserProfile [{arn}] already exists."
    arn = lookup.new_arn(call, state.user_profiles, resource, taken)
    lookup.within_limit(
        "Studio user profiles",
        "UserProfiles",
        most=call.options.max_user_profiles,
        used=len(state.user_profiles),
    )
    _check_sign_on(params, domain)
    settings = params.get("UserSettings")
    _check_settings(settings or {}, call, domain, arn)
    data = {
        "DomainId": domain.id,
        "UserProfileArn": arn,
        "UserProfileName": name,
        "HomeEfsFileSystemUid": next_uid(domain),
        **{member: params[member] for member in _SSO if member in params},
    }
    if settings is not None:
        data["UserSettings"] = updated({"AutoMountHomeEFS": "DefaultAsDomain"}, settings)
    profile = Resource(name=name, arn=arn, data=data, created=call.clock.now())
    set_tags(state, arn, params.get("Tags"))
    state.user_profiles[lookup.member_key(domain.id, name)] = profile
    begin(call.clock, profile, CREATE, after=CREATING)
    return {"UserProfileArn": arn}


def describe_user_profile(params: Params, call: Call) -> Answer:
    return lookup.user_profile(params, call).answer()


def list_user_profiles(params: Params, call: Call) -> Answer:
    """ListUserProfiles, of one domain or of all domains."""
    profiles = lookup.listed(store(call).user_profiles, params, "UserProfileNameContains")
    members = ("DomainId", "UserProfileName", "Status", "CreationTime", "LastModifiedTime")
    return page(profiles, params, "UserProfiles", lambda profile: profile.summary(*members))


def update_user_profile(params: Params, call: Call) -> Answer:
    """UpdateUserProfile: does not change omitted members of UserSettings."""
    state = store(call)
    profile = lookup.user_profile(params, call)
    lookup.require_state(profile, "UserProfile", lookup.USABLE)
    domain = state.domains[params["DomainId"]]
    if "UserSettings" in params:
        before, rule = profile.data.get("UserSettings"), call.options.settings_updates
        settings = updated(before, params["UserSettings"], rule=rule)
        _check_settings(settings, call, domain, profile.arn)
        data = {**profile.data, "UserSettings": settings}
        usage.refuse_detaching(state, domain, settings=data, profile=profile)
        profile.data = data
    begin(call.clock, profile, UPDATE, after=UPDATING)
    return {"UserProfileArn": profile.arn}


def delete_user_profile(params: Params, call: Call) -> Answer:
    """DeleteUserProfile; refused while the user has apps or owns spaces."""
    state = store(call)
    profile = lookup.user_profile(params, call)
    lookup.require_state(profile, "UserProfile", lookup.DELETABLE)
    key = lookup.member_key(params["DomainId"], profile.name)
    live = lookup.apps(state, params["DomainId"], lookup.ACTIVE)
    owners = [space.owned["profile"] for space in state.spaces.values()]
    lookup.refuse_associated(
        profile,
        "UserProfile",
        [("App", any(app.owned["profile"] == key for app in live)), ("Space", key in owners)],
    )
    begin(call.clock, profile, DELETE, after=DELETING)
    return {}


def create_presigned_domain_url(params: Params, call: Call) -> Answer:
    """CreatePresignedDomainUrl; only for domains in IAM mode."""
    domain = lookup.domain(params, call)
    if domain.data["AuthMode"] != "IAM":
        raise invalid("CreatePresignedDomainUrl can only be called when AuthMode is IAM.")
    lookup.require_state(domain, "Domain", lookup.USABLE)
    profile = lookup.user_profile(params, call)
    lookup.require_state(profile, "UserProfile", lookup.USABLE)
    if "SpaceName" in params:
        lookup.space(params, call)
    landing = params.get("LandingUri", "studio::")
    if not landing.startswith(("studio::", *(f"app:{app}:" for app in _LANDING_APPS))):
        raise invalid(f"LandingUri '{landing}' is not supported.")
    return {"AuthorizedUrl": f"{domain.data['Url']}/auth?token={secrets.token_urlsafe(48)}"}


def next_uid(domain: Resource) -> str:
    """The next POSIX user id of the domain's file system."""
    uid = domain.owned.get("next_uid", FIRST_UID)
    domain.owned["next_uid"] = uid + UID_STEP
    return str(uid)


def _check_sign_on(params: Params, domain: Resource) -> None:
    given = [member for member in _SSO if member in params]
    if domain.data["AuthMode"] == "SSO" and len(given) < len(_SSO):
        raise invalid(f"{' and '.join(_SSO)} are required in a domain with AuthMode SSO.")
    if domain.data["AuthMode"] != "SSO" and given:
        raise invalid(f"{given[0]} cannot be specified in a domain with AuthMode IAM.")


def _check_settings(settings: Params, call: Call, domain: Resource, arn: str) -> None:
    vpc_id = checks.interface_vpc(domain.data)
    settings_checks.user_settings(settings, call, vpc_id=vpc_id, source_arn=arn, of_domain=False)
    groups = inherited(settings, domain.data["DefaultUserSettings"])["SecurityGroups"]
    checks.security_groups(call, vpc_id, groups)
    if domain.data["AppNetworkAccessType"] == "VpcOnly" and not groups:
        raise invalid(
            "SecurityGroups are required in UserSettings when the domain's AppNetworkAccessType "
            "is VpcOnly and its DefaultUserSettings have none."
        )
