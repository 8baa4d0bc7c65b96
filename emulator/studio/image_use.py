"""Which custom images a domain and its user profiles attach, and which apps run from them."""

from __future__ import annotations

from emulator.studio import lookup
from emulator.studio.lifecycle import Resource
from emulator.studio.settings_checks import custom_images
from emulator.studio.settings_merge import Settings
from emulator.studio.store import Store

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
