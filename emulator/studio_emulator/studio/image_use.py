"""Which custom images a domain and its user profiles attach, and what an app runs from them."""

from __future__ import annotations

from studio_emulator.studio import lookup
from studio_emulator.studio.checks import invalid
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.settings_checks import custom_images
from studio_emulator.studio.settings_merge import CLEARED, Settings
from studio_emulator.studio.store import Store

Images = set[tuple[str, str]]


def attached(domain: Settings, profile: Settings | None) -> Images:
    """(app type, image name) of what a user can start: the domain's images and the profile's.

    domain, profile: the members of both as Describe answers them.
    """
    return {
        *custom_images(domain.get("DefaultUserSettings")),
        *custom_images(domain.get("DefaultSpaceSettings")),
        *custom_images((profile or {}).get("UserSettings")),
    }


def refuse_detaching(
    held: Store, domain: Resource, *, settings: Settings, profile: Resource | None = None
) -> None:
    """ResourceInUse when an app runs from an image that the update would detach.

    settings: the members after the update, of the profile if one is given, else of the domain.
    """
    for app in lookup.apps(held, domain.id):
        owner = held.user_profiles.get(app.owned["profile"])
        if profile is not None and owner is not profile:
            continue
        before = attached(domain.data, owner.data if owner else None)
        if profile is None:
            after = attached(settings, owner.data if owner else None)
        else:
            after = attached(domain.data, settings)
        used = (app.data["AppType"], app.owned.get("image"))
        if used in before - after:
            raise lookup.in_use(
                f"Image [{app.owned['image']}] cannot be detached because App [{app.arn}] uses it."
            )


def of_version(arn: str, held: Store) -> str | None:
    """The ARN of the image that a version of the account belongs to, None for other ones."""
    for (name, _), version in held.image_versions.items():
        if version.arn == arn and name in held.images:
            return held.images[name].arn
    return None


def version(spec: Settings, name: str, held: Store) -> Resource:
    """The version of the account's own image that an app with that ResourceSpec runs.

    The one that its ARN or its alias names, else the newest that is CREATED. ValidationException
    where there is none, or where the ARN is another image's.
    """
    versions = [held.image_versions[key] for key in sorted(held.image_versions) if key[0] == name]
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
