"""Checks images against Studio's requirements: runs each as all of its app types."""

import math
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from settings import AppType, Settings, UserError
from settings.image_tag import content_tag
from settings.images import ImageSettings
from settings.paths import images_folder
from studio.console.reports import Report
from studio.images.builder import BuildRequest
from studio.images.contract.result import CheckResult
from studio.images.contract.run_checks import CheckRequest, run_checks, runtime_of
from studio.images.contract.starting import HEALTH_SECONDS
from studio.images.engine_commands import PLATFORM
from studio.images.engines import NO_ENGINE, Engine, Job, find_engine


class CheckFailed(UserError):
    """Studio could not run the image, so it is not pushed."""

    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class AppCheck:
    """The results of one image as one type of app."""

    image: str
    reference: str
    app_type: AppType
    engine: str
    results: Sequence[CheckResult]

    @property
    def title(self) -> str:
        return f"{self.image} as {self.app_type.value}"

    @property
    def passed(self) -> bool:
        """Whether no check failed; a check that could not run did not fail."""
        return not any(result.passed is False for result in self.results)

    @property
    def summary(self) -> str:
        failed = sum(result.passed is False for result in self.results)
        skipped = sum(result.passed is None for result in self.results)
        passed = f"{len(self.results) - failed - skipped} of {len(self.results)} checks passed"
        others = {"failed": failed, "could not run": skipped}
        return ", ".join([passed, *(f"{count} {what}" for what, count in others.items() if count)])

    def record(self) -> dict[str, object]:
        return {
            "image": self.image,
            "reference": self.reference,
            "app_type": self.app_type.value,
            "engine": self.engine,
            "passed": self.passed,
            "points": [asdict(result) for result in self.results],
        }


def check_images(
    settings: Settings,
    *,
    names: Sequence[str] = (),
    reference: str | None = None,
    app_types: Collection[AppType] = (),
    engine: str | None = None,
    wait: float = HEALTH_SECONDS,
    report: Report = lambda _: None,
) -> list[AppCheck]:
    """Build images (default: all enabled ones) and check each as its app types.

    reference: check this image instead of building. wait: seconds for the server's first response.
    Raises UserError without an engine, or if a build fails.
    """
    if not (wait > 0 and math.isfinite(wait)):
        raise UserError(f"--wait {wait:g}: a number of seconds above 0")
    chosen = _chosen(settings, names, reference)
    found = find_engine(engine)
    if found is None:
        raise UserError(NO_ENGINE)
    checks = []
    for name in chosen:
        image = settings.image.get(name, ImageSettings())
        checks += check_apps(
            settings,
            image=name,
            reference=reference or _build(settings, name, image, found, report),
            app_types=app_types or image.app_types,
            engine=found,
            wait=wait,
            report=report,
        )
    return checks


def check_apps(
    settings: Settings,
    *,
    image: str,
    reference: str,
    app_types: Collection[AppType],
    engine: Engine,
    wait: float = HEALTH_SECONDS,
    report: Report,
) -> list[AppCheck]:
    """Run an image as each app type, and report a line for each result."""
    checks = []
    for app_type in app_types:
        report(f"{image} as {app_type.value}, with {engine.name}:")
        request = CheckRequest(
            reference=reference,
            app_type=app_type,
            container=settings.container(image, app_type),
            region=settings.region,
            partition=settings.partition,
            methods=settings.connect_methods(),
            wait=wait,
        )
        results = run_checks(
            runtime_of(engine), request, lambda result: report(f"  {result.line()}")
        )
        done = AppCheck(
            image=image,
            reference=reference,
            app_type=app_type,
            engine=engine.name,
            results=results,
        )
        report(f"{done.title}: {done.summary}")
        checks.append(done)
    return checks


def require_passed(
    settings: Settings, request: BuildRequest, engine: Engine, report: Report
) -> None:
    """Check an image before its push. Raises CheckFailed if a check fails."""
    for done in check_apps(
        settings,
        image=request.name,
        reference=request.reference,
        app_types=settings.images[request.name].app_types,
        engine=engine,
        report=report,
    ):
        if not done.passed:
            raise CheckFailed(f"check as {done.app_type.value}: {done.summary}")


def _chosen(settings: Settings, names: Sequence[str], reference: str | None) -> list[str]:
    chosen = list(dict.fromkeys(names))
    if reference:
        if len(chosen) > 1:
            raise UserError("--reference: takes one IMAGE at most")
        if not chosen:
            return ["custom"]
    for name in chosen:
        if name not in settings.image:
            known = ", ".join(settings.image) or "none"
            raise UserError(f"image {name}: not in {settings.file_name}; it has: {known}")
    chosen = chosen or list(settings.built_images)
    if not chosen:
        raise UserError(f"{settings.file_name} enables no image that is built from a folder")
    for name in chosen:
        if not reference and (uri := settings.image[name].uri):
            raise UserError(
                f"image {name}: another pipeline builds it (image.{name}.uri): pull it, then "
                f"`studio image check {name} --reference {uri}`"
            )
        if not reference and not (images_folder() / name).is_dir():
            raise UserError(f"image {name}: no folder {images_folder() / name}")
    return chosen


def _build(
    settings: Settings, name: str, image: ImageSettings, engine: Engine, report: Report
) -> str:
    """Build the image's folder; returns the reference of the image."""
    folder = images_folder() / name
    tag = content_tag(folder, image.build_args)
    reference = f"localhost/{settings.name}/{name}:{tag}"
    report(f"{name}: building for {PLATFORM} with {engine.name}, tag {tag}")
    with tempfile.TemporaryDirectory(prefix="studio-check-") as scratch:
        job = Job(
            reference=reference,
            folder=folder,
            build_args=image.build_args,
            scratch=Path(scratch),
        )
        engine.build(job, report)
    return reference
