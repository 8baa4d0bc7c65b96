"""SageMaker Studio's control plane: domains, user profiles, spaces, apps, images and more."""

from studio_emulator.inventory import Item
from studio_emulator.studio import (
    app_image_configs,
    apps,
    domains,
    image_versions,
    images,
    lifecycle_configs,
    listing,
    sessions,
    spaces,
    tags,
    user_profiles,
)
from studio_emulator.studio.store import STORES, by_arn

MODULES = (
    domains,
    user_profiles,
    spaces,
    apps,
    images,
    image_versions,
    app_image_configs,
    lifecycle_configs,
    listing,
    tags,
    sessions,
)


def settle() -> None:
    """Apply all transitions that are due, in every account and region.

    An app whose process or container has ended becomes Failed.
    """
    for state in STORES.values():
        state.settle()
    apps.fail_ended()


def has_space(arn: str) -> bool:
    """Whether a space has that ARN, in any account and region."""
    return any(by_arn(state.spaces, arn) for state in STORES.values())


def inventory(account: str, region: str) -> list[Item]:
    """Studio's resources in the account and region."""
    state = STORES.get((account, region))
    return [
        Item(service="sagemaker", type=r.type, id=r.id, name=r.name, arn=r.arn, note=r.status)
        for r in (state.resources() if state else ())
        if r.status != "Deleted"
    ]
