"""Whether the images that ECR lacks can be built here, before anything is created for them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from settings import Settings, UserError
from settings.content import content_tag
from settings.paths import images_folder
from studio.aws.client import Aws
from studio.aws.ecr import Ecr
from studio.console.reports import Report
from studio.images.builder import NO_ENGINE, is_loopback
from studio.images.engines import ENGINE, find_engine

_CONTINUED = re.compile(r"\\\n")
_ARGUMENT = re.compile(r"ARG\s+(?P<name>\w+)=(?P<value>\S+)", re.IGNORECASE)
_FROM = re.compile(r"FROM\s+(?:--\S+\s+)*(?P<image>\S+)(?:\s+AS\s+(?P<stage>\S+))?", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<plain>\w+))")
_TAG_BEFORE_DIGEST = re.compile(r":[\w.-]+(?=@sha256:)")
"""Podman and buildah inspect no reference that has both."""


def require_buildable(settings: Settings, *, engine: str | None, report: Report) -> None:
    """Find an engine, and the base image of each enabled image that ECR lacks.

    engine: as for ``push_images``. Nothing is looked for where the registry is this machine: an
    emulator bills nothing and takes placeholders, which need a repository to be pushed to.
    Raises UserError where there is no engine or no base image.
    """
    ecr = Ecr(Aws(settings.region))
    missing = [name for name in settings.built_images if not _is_pushed(ecr, settings, name)]
    if not missing or is_loopback(ecr.registry()):
        return
    found = find_engine(engine or os.environ.get(ENGINE) or None)
    if found is None:
        raise UserError(NO_ENGINE)
    for name in missing:
        text = (images_folder() / name / "Dockerfile").read_text(encoding="utf-8")
        for base in base_images(text, settings.images[name].build_args):
            try:
                found.require_base(base, report)
            except UserError as error:
                raise UserError(f"image {name}: its base image cannot be had: {error}") from error


def base_images(dockerfile: str, build_args: Mapping[str, str]) -> Iterator[str]:
    """The images that a Dockerfile starts from, except those that only the engine can tell."""
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
