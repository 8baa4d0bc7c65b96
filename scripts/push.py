"""studio push: build the enabled images and push what their repositories lack."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts.support.ecr import Ecr, Repository
from scripts.support.engine_run import Report
from scripts.support.engines import DIALECTS, PLATFORM, Engine, Job, find_engine
from scripts.support.image_versions import record
from scripts.support.placeholder import placeholder as placeholder_image
from scripts.support.registry import Registry, is_loopback
from settings import Settings, UserError
from settings.content import content_tag
from settings.paths import IMAGES

HELP = "build the container images and push those that ECR does not have yet"
ENGINE = "STUDIO_ENGINE"


@dataclass(frozen=True, kw_only=True)
class PushedRef:
    """An image in its repository.

    uri: `repository@sha256:...`, what a SageMaker image version is made from. skipped: the
    repository had the tag already, so nothing was built.
    """

    uri: str
    digest: str
    tag: str
    skipped: bool


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", metavar="IMAGE", nargs="*", help="default: every enabled image")
    parser.add_argument(
        "--engine",
        choices=list(DIALECTS),
        help=f"default: ${ENGINE}, else the first that answers",
    )
    parser.add_argument(
        "--placeholder",
        action="store_true",
        help="push a minimal stand-in instead of building (emulator only)",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    push_images(
        settings, names=args.images or None, engine=args.engine, placeholder=args.placeholder
    )
    record.refresh(settings)
    return 0


def push_images(
    settings: Settings,
    *,
    names: Iterable[str] | None = None,
    engine: str | None = None,
    placeholder: bool = False,
    report: Report = print,
) -> dict[str, PushedRef]:
    """Push each named image (default: all enabled ones) whose content ECR does not have.

    The tag is the content's hash, so an image that did not change is skipped and a tag is never
    pushed twice. engine: a name of `DIALECTS` (default: $STUDIO_ENGINE, else the first that
    answers). placeholder: push a stand-in; without an engine that also happens where the registry
    is this machine (the emulator). Raises UserError, with one line for the person who asked.
    """
    chosen = _chosen(settings, names)
    workshop = _Workshop(engine or os.environ.get(ENGINE) or None, placeholder, report)
    ecr = Ecr(settings.region)
    pushed = {}
    for name in chosen:
        repository = ecr.repository(f"{settings.name}/{name}", image=name)
        tag = content_tag(IMAGES / name, settings.images[name].build_args)
        digest = ecr.digest(repository, tag)
        skipped = digest is not None
        if digest is None:
            digest = workshop.push(ecr, repository, name, tag, settings)
        ref = PushedRef(uri=f"{repository.uri}@{digest}", digest=digest, tag=tag, skipped=skipped)
        report(f"{name} -> {ref.uri}" + (f" (already there, tag {tag})" if skipped else ""))
        pushed[name] = ref
    return pushed


class _Workshop:
    """Where an image that is missing gets made; the engine is looked for when first needed."""

    def __init__(self, wanted: str | None, placeholder: bool, report: Report) -> None:
        self._wanted = wanted
        self._placeholder = placeholder
        self._report = report

    @cached_property
    def _engine(self) -> Engine | None:
        return find_engine(self._wanted)

    def push(
        self, ecr: Ecr, repository: Repository, name: str, tag: str, settings: Settings
    ) -> str:
        local = is_loopback(repository.registry)
        if self._placeholder and not local:
            raise UserError("--placeholder: only for the emulator, never for a registry on AWS")
        engine = None if self._placeholder else self._engine
        if engine is None and not local:
            raise UserError(
                f"no container engine answers: install or start one of {', '.join(DIALECTS)}"
            )
        password = ecr.password()
        if engine is None:
            return self._push_placeholder(ecr, repository, name, tag, password)
        self._report(f"{name}: building for {PLATFORM} with {engine.name}, tag {tag}")
        try:
            with tempfile.TemporaryDirectory(prefix="studio-push-") as scratch:
                job = Job(
                    folder=IMAGES / name,
                    reference=f"{repository.uri}:{tag}",
                    build_args=settings.images[name].build_args,
                    password=password,
                    plain_http=local,
                    scratch=Path(scratch),
                )
                digest = engine.build_and_push(job, self._report)
        except UserError:
            # Somebody else may have pushed the same content meanwhile: the tag is immutable.
            found = ecr.digest(repository, tag)
            if found is None:
                raise
            self._report(f"{name}: tag {tag} was pushed by somebody else meanwhile")
            return found
        return ecr.verified_digest(repository, tag, digest)

    def _push_placeholder(
        self, ecr: Ecr, repository: Repository, name: str, tag: str, password: str
    ) -> str:
        why = "as asked" if self._placeholder else "no container engine answers"
        self._report(f"{name}: pushing a placeholder, not the image ({why})")
        with Registry(repository.registry, repository.name, password=password) as registry:
            digest = placeholder_image(name, tag).push(registry, tag)
        return ecr.verified_digest(repository, tag, digest)


def _chosen(settings: Settings, names: Iterable[str] | None) -> list[str]:
    enabled = list(settings.images)
    wanted = enabled if names is None else list(dict.fromkeys(names))
    for name in wanted:
        if name not in enabled:
            known = ", ".join(enabled) or "none"
            raise UserError(f"image {name}: not enabled in studio.toml; enabled: {known}")
        if not (IMAGES / name).is_dir():
            raise UserError(f"image {name}: no folder {(IMAGES / name)}")
    return wanted
