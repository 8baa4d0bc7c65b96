"""Images and scripts in use: which version an app runs; which deletions and detachments fail."""

from collections.abc import Callable, Iterable
from typing import Any

from studio_emulator.studio import lookup
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.refusals import in_use, invalid
from studio_emulator.studio.settings_checks import APP_SETTINGS
from studio_emulator.studio.settings_merge import CLEARED, Settings, within
from studio_emulator.studio.store import Store, by_arn, mentioned

IN_FLIGHT = frozenset({"CREATING", "UPDATING", "DELETING"})


def refuse_when_used(resource: Resource, users: Iterable[Resource]) -> None:
    """Raise ResourceInUse if there are users."""
    arns = sorted({user.arn for user in users})
    if arns:
        raise in_use(f"{resource.arn} is in use by {', '.join(arns[:5])}: detach it first.")


def refuse_in_flight(resource: Resource) -> None:
    """Raise ResourceInUse while the resource is created, updated or deleted."""
    if resource.status in IN_FLIGHT:
        raise in_use(f"{resource.arn} is in status {resource.status}.")


def holders(state: Store) -> list[Resource]:
    """The resources whose settings can name an image or a lifecycle configuration."""
    return [*state.domains.values(), *state.user_profiles.values(), *state.spaces.values()]


def running(state: Store) -> list[Resource]:
    """The apps that start, run or stop."""
    return [app for app in state.apps.values() if app.status in lookup.ACTIVE]


def attaching(state: Store, test: Callable[[dict[str, Any]], bool]) -> list[Resource]:
    """The domains, user profiles and spaces with a CustomImage for which `test` is true."""
    return [r for r in holders(state) if any(map(test, mentioned(r.data, ("CustomImages",))))]


Images = set[tuple[str, str]]


def attached(domain: Settings, profile: Settings | None) -> Images:
    """(app type, image name) of the images that a user can start.

    domain, profile: the members of their Describe answers.
    """
    sources = (
        domain.get("DefaultUserSettings"),
        domain.get("DefaultSpaceSettings"),
        within(profile, "UserSettings"),
    )
    return {
        (app_type, image["ImageName"])
        for settings in sources
        for member, (app_type, _) in APP_SETTINGS.items()
        for image in within(settings, member, "CustomImages") or []
    }


def refuse_detaching(
    state: Store, domain: Resource, *, settings: Settings, profile: Resource | None = None
) -> None:
    """Raise ResourceInUse if an app runs an image that the update detaches.

    settings: the updated members of `profile`, or of the domain if `profile` is None.
    """
    for app in lookup.apps(state, domain.id):
        owner = state.user_profiles.get(app.owned["profile"])
        if profile is not None and owner is not profile:
            continue
        before = attached(domain.data, owner.data if owner else None)
        if profile is None:
            after = attached(settings, owner.data if owner else None)
        else:
            after = attached(domain.data, settings)
        used = (app.data["AppType"], app.owned.get("image"))
        if used in before - after:
            raise in_use(
                f"Image [{app.owned['image']}] cannot be detached because App [{app.arn}] uses it."
            )


def image_of_version(spec: Settings, state: Store) -> str | None:
    """The ARN of the account's image with the ResourceSpec's version; None for other accounts."""
    version = by_arn(state.image_versions, spec.get("SageMakerImageVersionArn", ""))
    return state.images[version.name].arn if version and version.name in state.images else None


def version(spec: Settings, name: str, state: Store) -> Resource:
    """The version of the account's image that an app with this ResourceSpec runs.

    Without an ARN or alias it is the newest version that is CREATED. Raises ValidationException if
    there is none, and for the ARN of another image.
    """
    versions = state.versions_of(name)
    arn, alias = spec.get("SageMakerImageVersionArn"), spec.get("SageMakerImageVersionAlias")
    if arn not in (None, CLEARED):
        found = [v for v in versions if v.arn == arn]
        if not found:
            raise invalid(f"ImageVersion [{arn}] is not a version of Image [{name}].")
    elif alias is not None:
        found = [v for v in versions if alias in v.owned.get("aliases", [])]
        if not found:
            raise invalid(f"Image [{name}] has no version with alias [{alias}].")
    else:
        found = versions
    usable = [v for v in found if v.status == "CREATED"]
    if not usable:
        raise invalid(f"Image [{name}] has no such version in state CREATED.")
    return usable[-1]
