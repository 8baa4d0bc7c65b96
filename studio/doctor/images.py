"""Checks the images of the apps: their versions, their record, and that Studio can run them."""

from collections.abc import Collection

from settings import UserError
from settings.record import Record
from settings.versions import Versions
from studio.aws.ecr import Ecr
from studio.aws.sagemaker_images import list_uses
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
    """Whether ECR has the images of the versions in use, and the record agrees with both."""
    # A machine that only connects does not need the modules of Terraform's state.
    from studio.images.versions.record import pushed_tags, recorded

    settings, written = context.settings, Record.load(context.settings.file)
    ecr, outdated, lost = Ecr(context.aws), list[str](), list[str]()
    for name in settings.images:
        versions = context.versions[name]
        pushed = pushed_tags(settings, name, ecr=ecr, versions=versions)
        lost += _without_image(context, name, pushed)
        known = tuple(written.of(name))
        if recorded(known, pushed=pushed, versions=versions) != known:
            outdated.append(name)
    if lost:
        raise Unmet(
            "; ".join(lost),
            command="unpin these versions in the settings, then `studio up` to push the image",
        )
    if outdated:
        raise Unmet(
            f"{written.path.name} is outdated for {', '.join(outdated)}",
            command="`studio image record`, then commit the file",
        )
    return f"{written.path.name} agrees with ECR and SageMaker"


def _without_image(context: Context, name: str, pushed: Collection[str]) -> list[str]:
    """What to say of the newest version and of those in use whose image ECR does not have."""
    usable = [version for version in context.versions[name] or () if version.usable]
    # Only a version that was created by hand has no digest.
    digests = {each.number: each.digest for each in usable if each.digest.startswith("sha256:")}
    gone = [number for number, digest in digests.items() if digest not in pushed]
    if not gone:
        return []
    uses = list_uses(context.aws, f"{context.settings.name}-{name}", usable)
    needed = {usable[-1].number, *(use.number for use in uses)}
    return [f"{name}: ECR has no image of version {each}" for each in gone if each in needed]


def contract(context: Context) -> str:
    """Whether Studio can run the images and connect to them, as the image check finds."""
    if not context.settings.images:
        return "no images"
    if context.check_images is None:
        raise UserError("building and running the images takes minutes: `studio doctor --images`")
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
