"""SageMaker Studio's control plane: domains, user profiles, spaces, apps, images and more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from studio_emulator.inventory import Item
from studio_emulator.lock import LOCK
from studio_emulator.studio import (
    app_image_configs,
    apps,
    domains,
    image_versions,
    images,
    lifecycle_configs,
    sessions,
    spaces,
    tags,
    user_profiles,
)
from studio_emulator.studio.call import Call
from studio_emulator.studio.store import every, existing, settle_all, store
from studio_emulator.studio.store import reset as _forget

Handler = Callable[[dict[str, Any], Call], dict[str, Any] | None]


def _locked(handler: Handler) -> Handler:
    def run(params: dict[str, Any], call: Call) -> dict[str, Any] | None:
        with LOCK:
            store(call).settle()
            return handler(params, call)

    return run


OPERATIONS: Mapping[str, Handler] = {
    name: _locked(handler)
    for module in (
        domains,
        user_profiles,
        spaces,
        apps,
        images,
        image_versions,
        app_image_configs,
        lifecycle_configs,
        tags,
        sessions,
    )
    for name, handler in module.OPERATIONS.items()
}


def settle() -> None:
    """Apply all transitions that are due, in every account and region."""
    with LOCK:
        settle_all()
        apps.fail_ended()


def has_space(arn: str) -> bool:
    """Whether a space has that ARN, in any account and region."""
    with LOCK:
        return any(space.arn == arn for held in every() for space in held.spaces.values())


def inventory(account: str, region: str) -> list[Item]:
    """Studio's resources in that account and region."""
    with LOCK:
        settle_all()
        held = existing(account, region)
        return held.items() if held else []


def reset() -> None:
    """Forget everything."""
    with LOCK:
        _forget()
