"""Images and scripts in use: which version an app runs; which deletions and detachments fail."""

from collections.abc import Callable

from studio_emulator.studio import lookup
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.refusals import in_use, invalid
from studio_emulator.studio.settings_checks import APP_SETTINGS, version_number
from studio_emulator.studio.settings_merge import CLEARED, Settings, within
from studio_emulator.studio.store import Store, by_arn, mentioned

IN_FLIGHT = frozenset({"CREATING", "UPDATING", "DELETING"})
_ATTACHED = ("CustomImages",)
_SCRIPTS = ("BuiltInLifecycleConfigArn", "LifecycleConfigArn", "LifecycleConfigArns")


def refuse_in_flight(resource: Resource) -> None:
    """Raise ResourceInUse while the resource is created, updated or deleted."""
    if resource.status in IN_FLIGHT:
        raise in_use(f"{resource.arn} is in status {resource.status}.")


def refuse_used_image(image: Resource, state: Store) -> None:
    """Raise ResourceInUse while an app runs the image, or settings attach it."""

    def uses(user: Resource) -> bool:
        attached = (custom["ImageName"] for custom in mentioned(user.data, _ATTACHED))
        return image.name in (user.owned.get("image"), *attached)

    _refuse_used(image, state, uses)


def refuse_used_version(version: Resource, state: Store) -> None:
    """Raise ResourceInUse while an app runs the version, or an attached image needs it."""
    needed = [(version.name, version.data["Version"])]
    others = [v for v in state.versions_of(version.name) if v is not version]
    if version.status == "CREATED" and not any(v.status == "CREATED" for v in others):
        needed.append((version.name, None))

    def uses(user: Resource) -> bool:
        attached = mentioned(user.data, _ATTACHED)
        return user.owned.get("version") == version.arn or any(
            (custom["ImageName"], version_number(custom)) in needed for custom in attached
        )

    _refuse_used(version, state, uses)


def refuse_used_script(config: Resource, state: Store) -> None:
    """Raise ResourceInUse while an app runs the lifecycle configuration, or settings name it."""
    _refuse_used(config, state, lambda user: config.arn in mentioned(user.data, _SCRIPTS))


def _refuse_used(resource: Resource, state: Store, uses: Callable[[Resource], bool]) -> None:
    apps = [app for app in state.apps.values() if app.status in lookup.ACTIVE]
    holders = (*state.domains.values(), *state.user_profiles.values(), *state.spaces.values())
    arns = sorted({user.arn for user in (*holders, *apps) if uses(user)})
    if arns:
        raise in_use(f"{resource.arn} is in use by {', '.join(arns[:5])}: detach it first.")


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
