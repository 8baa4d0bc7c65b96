"""Checks before a deployment that the images that ECR does not have can be built."""

import re
from collections.abc import Iterator, Mapping

from settings import Settings, UserError
from settings.image_tag import content_tag
from settings.paths import images_folder
from studio.aws.client import Aws
from studio.aws.ecr import Ecr
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.images.builder import is_loopback
from studio.images.engines import NO_ENGINE, find_engine

_CONTINUED = re.compile(r"\\\n")
_ARGUMENT = re.compile(r"ARG\s+(?P<name>\w+)=(?P<value>\S+)", re.IGNORECASE)
_FROM = re.compile(r"FROM\s+(?:--\S+\s+)*(?P<image>\S+)(?:\s+AS\s+(?P<stage>\S+))?", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<plain>\w+))")
_TAG_BEFORE_DIGEST = re.compile(r":[\w.-]+(?=@sha256:)")
"""Podman and buildah accept no reference with both."""


def require_buildable(settings: Settings, *, engine: str | None, report: Report) -> None:
    """Find an engine, and the base images of each enabled image that ECR does not have.

    engine: as for ``push_images``. An emulator takes placeholders, so with it only an engine that
    is named must work. Raises UserError without an engine, StepFailed without a base image.
    """
    ecr = Ecr(Aws(settings.region))
    missing = [name for name in settings.built_images if not _is_pushed(ecr, settings, name)]
    if not missing:
        return
    found = find_engine(engine)
    if is_loopback(ecr.registry()):
        return
    if found is None:
        raise UserError(NO_ENGINE)
    for name in missing:
        text = (images_folder() / name / "Dockerfile").read_text(encoding="utf-8")
        for base in base_images(text, settings.images[name].build_args):
            try:
                found.require_base(base, report)
            except UserError as error:
                raise StepFailed(f"image {name}: cannot pull its base image: {error}") from error


def base_images(dockerfile: str, build_args: Mapping[str, str]) -> Iterator[str]:
    """The images that a Dockerfile starts from, except those with a variable without a value."""
    arguments: dict[str, str] = {}
    stages = {"scratch"}
    for line in _CONTINUED.sub(" ", dockerfile).splitlines():
        if argument := _ARGUMENT.match(line):
            name = argument["name"]
            arguments[name] = build_args.get(name, argument["value"].strip("\"'"))
        elif start := _FROM.match(line):
            image = _VARIABLE.sub(
                lambda found: arguments.get(found["braced"] or found["plain"], found[0]),
                start["image"],
            )
            if image.lower() not in stages and "$" not in image:
                yield _TAG_BEFORE_DIGEST.sub("", image)
            stages.add((start["stage"] or "scratch").lower())


def _is_pushed(ecr: Ecr, settings: Settings, name: str) -> bool:
    tag = content_tag(images_folder() / name, settings.images[name].build_args)
    pushed = ecr.pushed(f"{settings.name}/{name}")
    return any(tag in tags for tags in pushed.values())
