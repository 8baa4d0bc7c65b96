"""Builds and pushes the enabled images that ECR does not have; refuses OCI manifests."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from settings import Settings, UserError
from settings.image_tag import content_tag
from settings.paths import images_folder
from studio.aws.client import Aws
from studio.aws.ecr import DOCKER_MANIFEST, Ecr, Repository
from studio.console import output
from studio.console.reports import Report
from studio.images.builder import BuildRequest, ImageBuilder
from studio.images.check import require_passed
from studio.images.ecr_retention import check_retention
from studio.images.scan_gate import pass_scan
from studio.processes.parallel import run_parallel


@dataclass(frozen=True, kw_only=True)
class PushedImage:
    """An image in its repository.

    uri: `repository@sha256:...`, the base image of a SageMaker image version. skipped: the
    repository already had the tag.
    """

    uri: str
    digest: str
    tag: str
    skipped: bool


class PushFailed(UserError):
    """Some of the images failed; the others are in ECR."""

    exit_code = 1


def push_images(
    settings: Settings,
    *,
    names: Iterable[str] | None = None,
    engine: str | None = None,
    placeholder: bool = False,
    check: bool = True,
    report: Report = print,
) -> dict[str, PushedImage]:
    """Push each named image (default: all that are built here) that ECR does not have.

    Skips an image without changes: its tag is a hash of its content. Waits for ECR's scan of each
    image: see `pass_scan`. engine: see `find_engine`. placeholder: push a placeholder; an emulator
    gets one also without an engine. check: run each built image as Studio does before its push,
    unless `ecr.check` is false.

    Raises UserError if all images fail for the same reason, PushFailed if some of them fail.
    """
    chosen = _chosen(settings, names)
    if names is None:
        for name, image in settings.images.items():
            if image.uri:
                report(f"{name} -> {image.uri} (pushed by another pipeline)")
    ecr = Ecr(Aws(settings.region))
    builder = ImageBuilder(
        ecr,
        engine=engine,
        placeholder=placeholder,
        check=partial(require_passed, settings) if check and settings.ecr.check else None,
    )
    pushed, failed = run_parallel(
        {name: partial(_push, name, settings, ecr, builder) for name in chosen}, report=report
    )
    for name, ref in pushed.items():
        present = f" (already in ECR, tag {ref.tag})" if ref.skipped else ""
        report(f"{name} -> {ref.uri}{present}")
    if len(failed) == len(chosen) and len({str(error) for error in failed.values()}) == 1:
        raise failed[chosen[0]]
    for name, error in failed.items():
        output.problem(f"{name} FAILED: {error}")
    if failed:
        raise PushFailed(
            f"{len(failed)} of {len(chosen)} images failed: {', '.join(failed)} (see above)"
        )
    return pushed


def _push(
    name: str, settings: Settings, ecr: Ecr, builder: ImageBuilder, report: Report
) -> PushedImage:
    repository = ecr.repository(f"{settings.name}/{name}", image=name)
    build_args = settings.images[name].build_args
    request = BuildRequest(
        name=name,
        folder=images_folder() / name,
        build_args=build_args,
        repository=repository,
        tag=content_tag(images_folder() / name, build_args),
    )
    digest = ecr.digest(repository, request.tag)
    skipped = digest is not None
    if digest is None:
        check_retention(ecr, repository, settings, name)
        digest = builder.build_and_push(request, report)
    _check_media_type(ecr, repository, digest, image=name)
    pass_scan(ecr, repository, digest, stop_at=settings.ecr.stop_at, report=report)
    return PushedImage(
        uri=f"{repository.uri}@{digest}", digest=digest, tag=request.tag, skipped=skipped
    )


def _check_media_type(ecr: Ecr, repository: Repository, digest: str, *, image: str) -> None:
    """Refuse other manifests than Docker's.

    SageMaker refuses OCI manifests of models (aws/amazon-sagemaker-feedback#180); whether it does
    so for apps, AWS does not say.
    """
    found = ecr.media_type(repository, digest)
    if found != DOCKER_MANIFEST:
        raise UserError(
            f"image {image}: {repository.uri}@{digest} has a manifest of type {found}, not "
            f"{DOCKER_MANIFEST}: delete it (`aws ecr batch-delete-image --repository-name "
            f"{repository.name} --image-ids imageDigest={digest}`) and push with another engine"
        )


def _chosen(settings: Settings, names: Iterable[str] | None) -> list[str]:
    enabled = list(settings.images)
    wanted = list(settings.built_images if names is None else dict.fromkeys(names))
    for name in wanted:
        if name not in enabled:
            known = ", ".join(enabled) or "none"
            raise UserError(f"image {name}: not enabled in {settings.file_name}; enabled: {known}")
        if uri := settings.images[name].uri:
            raise UserError(f"image {name}: another pipeline pushes it (image.{name}.uri = {uri})")
        if not (images_folder() / name).is_dir():
            raise UserError(f"image {name}: no folder {(images_folder() / name)}")
    return wanted
