"""Builds an image or takes a placeholder, checks and pushes it: which uploads are retried, and when
the image of another push is used.
"""

import ipaddress
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from settings import UserError
from studio.aws.ecr import Ecr, Repository, digest_of
from studio.console.reports import Report
from studio.images.engine_commands import PLATFORM
from studio.images.engines import NO_ENGINE, Engine, Job, find_engine
from studio.images.placeholder import placeholder
from studio.processes import interrupts
from studio.processes.parallel import builders

_INTERVAL = 1.0
_RETRY_SECONDS = (2.0, 10.0, 30.0)
"""Seconds before each further attempt to upload."""

_EXPIRED = re.compile(r"expired|no basic auth credentials", re.IGNORECASE)
"""The password expired during the upload; the next attempt gets a new one."""

_REFUSED = re.compile(
    r"denied|not authorized|name unknown|repository with name .* does not exist", re.IGNORECASE
)
"""Errors that a retry does not fix."""


Pushed = tuple[str | None, str | None]
"""The digest of a pushed manifest, None if the engine does not print it; else `Engine.identity`."""


@dataclass(frozen=True, kw_only=True)
class BuildRequest:
    """An image to build from ``folder``, and the repository and tag to push it to."""

    name: str
    folder: Path
    build_args: Mapping[str, str]
    repository: Repository
    tag: str

    @property
    def reference(self) -> str:
        return f"{self.repository.uri}:{self.tag}"


Check = Callable[[BuildRequest, Engine, Report], object]
"""Raises UserError for an image in the engine's storage that must not be pushed."""


class ImageBuilder:
    """Builds and pushes images in parallel; finds the engine at the first build.

    engine: see `find_engine`. placeholder: push placeholders instead. check: called with each
    image between build and push; None: no check.
    """

    def __init__(
        self, ecr: Ecr, *, engine: str | None, placeholder: bool, check: Check | None
    ) -> None:
        self._ecr = ecr
        self._engine_name = engine
        self._placeholder = placeholder
        self._check = check
        self._finding = threading.Lock()
        self._slots = threading.Semaphore(builders())
        self._found: list[Engine | None] = []

    def build_and_push(self, request: BuildRequest, report: Report) -> str:
        """Build and push an image; returns its digest in ECR.

        Retries a failed push, but not a build. Uses the image of another push if ECR has the tag
        meanwhile: the tag is a hash of the content.
        """
        local = is_loopback(request.repository.registry)
        if self._placeholder and not local:
            raise UserError("--placeholder: only for the emulator, not for a registry on AWS")
        engine = None if self._placeholder else self._engine()
        if engine is None and not local:
            raise UserError(NO_ENGINE)
        if engine is None:
            why = "as asked" if self._placeholder else "no container engine responds"
            report(f"pushing a placeholder, not the image ({why})")
            return self._upload(partial(self._put_placeholder, request), request, report)
        report(f"building for {PLATFORM} with {engine.name}, tag {request.tag}")
        with tempfile.TemporaryDirectory(prefix="studio-push-") as scratch:
            job = Job(
                folder=request.folder,
                reference=request.reference,
                build_args=request.build_args,
                plain_http=local,
                scratch=Path(scratch),
            )
            with self._slot():
                engine.build(job, report)
                if self._check is not None:
                    self._check(request, engine, report)
            report(f"pushing to {request.repository.uri}")

            def upload() -> Pushed:
                fresh = replace(job, password=self._ecr.password())
                digest = engine.push(fresh, report)
                return digest, None if digest else engine.identity(fresh)

            return self._upload(upload, request, report)

    def _put_placeholder(self, request: BuildRequest) -> Pushed:
        image = placeholder(request.name, request.tag)
        self._ecr.put_image(
            request.repository,
            request.tag,
            manifest=image.manifest,
            blobs=(image.layer, image.config),
        )
        return digest_of(image.manifest), None

    @contextmanager
    def _slot(self) -> Iterator[None]:
        while not self._slots.acquire(timeout=_INTERVAL):
            interrupts.check()
        try:
            yield
        finally:
            self._slots.release()

    def _upload(self, upload: Callable[[], Pushed], request: BuildRequest, report: Report) -> str:
        for again_after in (*_RETRY_SECONDS, None):
            if (existing := self._existing(request)) is not None:
                report(f"tag {request.tag} exists: another push created it")
                return existing
            try:
                pushed, built = upload()
            except UserError as error:
                if (existing := self._existing(request)) is not None:
                    report(f"tag {request.tag} exists and is used")
                    return existing
                said = str(error)
                hopeless = _REFUSED.search(said) and not _EXPIRED.search(said)
                if again_after is None or hopeless:
                    raise
                report(f"the push failed, retrying in {again_after:.0f} s ({error})")
                interrupts.sleep(again_after)
            else:
                return self._ecr.verified_digest(
                    request.repository, request.tag, pushed, built=built
                )
        raise AssertionError("the last attempt returns or raises")

    def _existing(self, request: BuildRequest) -> str | None:
        """The tag's digest; None also while ECR cannot be reached."""
        try:
            return self._ecr.digest(request.repository, request.tag)
        except UserError:
            return None

    def _engine(self) -> Engine | None:
        with self._finding:
            if not self._found:
                self._found.append(find_engine(self._engine_name))
            return self._found[0]


def is_loopback(registry: str) -> bool:
    """Whether `HOST[:PORT]` is this machine: an emulator's registry, without TLS."""
    host = urlsplit(f"//{registry}").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
