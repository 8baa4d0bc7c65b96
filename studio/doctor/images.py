"""Checks the images of the apps: their versions, their record, and that Studio can run them."""

from __future__ import annotations

from settings import UserError
from settings.record import Record
from settings.versions import Versions
from studio.aws.ecr import Ecr
from studio.doctor.context import Context
from studio.doctor.model import Unmet


def versions(context: Context) -> str:
    """Whether the image version of each user's app is CREATED."""
    settings = context.settings
    held = context.versions
    wanted = Versions.load(settings)
    wrong: dict[str, None] = {}
    for user in settings.users:
        for image in settings.user_images(user):
            number = wanted.number(user, image)
            of_image = held[image] or []
            version = of_image[-1] if number is None and of_image else None
            version = next((each for each in of_image if each.number == number), version)
            if version is None:
                wrong[f"{image}: no version {'' if number is None else number}".rstrip()] = None
            elif version.status != "CREATED":
                wrong[f"{image}: version {version.number} is {version.status}"] = None
    if wrong:
        raise Unmet("; ".join(wrong))
    return ", ".join(f"{name}: {len(held[name] or [])}" for name in held) or "no images"


def record(context: Context) -> str:
    """Whether the record beside the settings agrees with ECR and SageMaker."""
    # A machine that only connects does not need the modules of Terraform's state.
    from studio.images.versions.record import pushed_tags, recorded

    settings, written = context.settings, Record.load(context.settings.file)
    ecr, outdated = Ecr(context.aws), list[str]()
    for name in settings.images:
        versions = context.versions[name]
        pushed = pushed_tags(settings, name, ecr=ecr, versions=versions)
        known = tuple(written.of(name))
        if recorded(known, pushed=pushed, versions=versions) != known:
            outdated.append(name)
    if outdated:
        raise Unmet(f"{written.path.name} is outdated for {', '.join(outdated)}")
    return f"{written.path.name} agrees with ECR and SageMaker"


def contract(context: Context) -> str:
    """Whether Studio can run the images and connect to them, as the image check finds."""
    if not context.settings.images:
        return "no images"
    if context.check_images is None:
        raise UserError("building and running the images takes minutes: studio doctor --images")
    found = context.check_images(context.settings)
    wrong = [
        f"{what}: {result.name}: {result.found}"
        for what, results in found.items()
        for result in results
        if result.passed is False
    ]
    if wrong:
        raise Unmet("; ".join(wrong))
    unproven = sum(result.passed is None for results in found.values() for result in results)
    checks = sum(map(len, found.values()))
    return f"{checks - unproven} of {checks} checks passed: {', '.join(found)}"
