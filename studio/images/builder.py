"""Where an image that ECR lacks is made: built, checked, uploaded, verified."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from settings import UserError
from studio.aws.ecr import Ecr, Repository
from studio.console.reports import Report
from studio.images.engines import DIALECTS, PLATFORM, Engine, Job, find_engine
from studio.images.placeholder import placeholder
from studio.images.registry import Registry, is_loopback
from studio.processes.parallel import Pause, builders

_LOOK_SECONDS = 1.0
_PAUSES = (2.0, 10.0, 30.0)
"""Seconds before each further attempt to upload."""

_EXPIRED = re.compile(r"expired|no basic auth credentials", re.IGNORECASE)
"""An upload that took longer than its password is good for: the next attempt has a new one."""

_REFUSED = re.compile(
    r"denied|not authorized|name unknown|repository with name .* does not exist", re.IGNORECASE
)
"""What no further attempt helps against, unlike an upload that the registry has forgotten.

A tag that is taken is looked for before the next attempt.
"""


@dataclass(frozen=True, kw_only=True)
class Built:
    """An image that was built and is not pushed yet: `reference` in the storage of `engine`."""

    name: str
    reference: str
    engine: Engine
    report: Report


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """What an engine says of an image that it has pushed; None where it does not say.

    digest: the manifest's. identity: the image's id in the engine; see `Engine.identity`.
    """

    digest: str | None
    identity: str | None = None


Check = Callable[[Built], object]
"""Raises UserError for an image that must not be pushed."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be made, and for where."""

    name: str
    folder: Path
    build_args: Mapping[str, str]
    repository: Repository
    tag: str

    @property
    def reference(self) -> str:
        return f"{self.repository.uri}:{self.tag}"


class Workshop:
    """Makes images, several at once; the engine is looked for when first needed.

    wanted: an engine's name, else the first that answers. stand_in: push placeholders instead.
    check: asked about each image between build and upload; None: no check.
    """

    def __init__(
        self, ecr: Ecr, *, wanted: str | None, stand_in: bool, check: Check | None
    ) -> None:
        self._ecr = ecr
        self._wanted = wanted
        self._stand_in = stand_in
        self._check = check
        self._looking = threading.Lock()
        self._building = threading.Semaphore(builders())
        self._found: list[Engine | None] = []

    def make(self, order: Order, report: Report, pause: Pause) -> str:
        """Build and push; returns the digest, as ECR reports it.

        An upload that breaks is repeated, the build is not. Where somebody else pushed the tag
        meanwhile, theirs is taken: the same content has the same tag.
        """
        local = is_loopback(order.repository.registry)
        if self._stand_in and not local:
            raise UserError("--placeholder: only for the emulator, never for a registry on AWS")
        engine = None if self._stand_in else self._engine()
        if engine is None and not local:
            raise UserError(
                f"no container engine answers: install or start one of {', '.join(DIALECTS)}"
            )
        if engine is None:
            why = "as asked" if self._stand_in else "no container engine answers"
            report(f"pushing a placeholder, not the image ({why})")
            return self._upload(_placeholder_upload(order), order, report, pause)
        report(f"building for {PLATFORM} with {engine.name}, tag {order.tag}")
        with tempfile.TemporaryDirectory(prefix="studio-push-") as scratch:
            job = Job(
                folder=order.folder,
                reference=order.reference,
                build_args=order.build_args,
                password="",
                plain_http=local,
                scratch=Path(scratch),
            )
            with self._place_to_build(pause):
                engine.build(job, report)
                if self._check is not None:
                    self._check(
                        Built(
                            name=order.name, reference=job.reference, engine=engine, report=report
                        )
                    )
            report(f"uploading to {order.repository.uri}")

            def upload(password: str) -> Pushed:
                fresh = replace(job, password=password)
                digest = engine.push(fresh, report)
                return Pushed(digest=digest, identity=None if digest else engine.identity(fresh))

            return self._upload(upload, order, report, pause)

    @contextmanager
    def _place_to_build(self, pause: Pause) -> Iterator[None]:
        while not self._building.acquire(timeout=_LOOK_SECONDS):
            pause(0)
        try:
            yield
        finally:
            self._building.release()

    def _upload(
        self, upload: Callable[[str], Pushed], order: Order, report: Report, pause: Pause
    ) -> str:
        for again_after in (*_PAUSES, None):
            if (there := self._there(order)) is not None:
                report(f"tag {order.tag} is there: somebody else pushed it meanwhile")
                return there
            try:
                pushed = upload(self._ecr.password())
            except UserError as error:
                if (there := self._there(order)) is not None:
                    report(f"tag {order.tag} is there nevertheless; it is taken as it is")
                    return there
                said = str(error)
                hopeless = _REFUSED.search(said) and not _EXPIRED.search(said)
                if again_after is None or hopeless:
                    raise
                report(f"the upload broke, again in {again_after:.0f} s ({error})")
                pause(again_after)
            else:
                return self._ecr.verified_digest(
                    order.repository, order.tag, pushed.digest, built=pushed.identity
                )
        raise AssertionError("the last attempt returns or raises")

    def _there(self, order: Order) -> str | None:
        """The tag's digest; None also while ECR cannot be reached, as in a broken upload."""
        try:
            return self._ecr.digest(order.repository, order.tag)
        except UserError:
            return None

    def _engine(self) -> Engine | None:
        with self._looking:
            if not self._found:
                self._found.append(find_engine(self._wanted))
            return self._found[0]


def _placeholder_upload(order: Order) -> Callable[[str], Pushed]:
    repository = order.repository

    def upload(password: str) -> Pushed:
        with Registry(repository.registry, repository.name, password=password) as registry:
            return Pushed(digest=placeholder(order.name, order.tag).push(registry, order.tag))

    return upload
