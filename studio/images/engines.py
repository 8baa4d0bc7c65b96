"""Finds docker, podman, buildah, finch or nerdctl, the first that responds; builds and pushes."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from settings import UserError
from studio.console.reports import Report
from studio.images.buildah import buildah_flags
from studio.images.engine_commands import ENGINES, PLATFORM, EngineCommands
from studio.images.engine_run import run_engine
from studio.processes.children import captured

ENGINE = "STUDIO_ENGINE"
NO_ENGINE = f"no container engine responds: install or start one of {', '.join(ENGINES)}"
_ANSWER_SECONDS = 30
_SHARED_LOGIN = threading.Lock()
_ID = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_PUSHED = re.compile(r"digest: (sha256:[0-9a-f]{64})")


@dataclass(frozen=True, kw_only=True)
class Job:
    """A build of `folder` as `reference` (registry/repository:tag), and its push.

    plain_http: the registry has no TLS. scratch: an empty private folder, for credentials too.
    """

    reference: str
    folder: Path = Path()
    build_args: Mapping[str, str] = field(default_factory=dict)
    password: str = field(default="", repr=False)
    plain_http: bool = False
    scratch: Path = Path()

    @property
    def registry(self) -> str:
        return self.reference.partition("/")[0]


@dataclass(frozen=True)
class Engine:
    """A container engine; `path` is its executable."""

    name: str
    path: str

    def build(self, job: Job, report: Report) -> None:
        """Build the folder as `job.reference`. Raises UserError."""
        what = f"build of {job.folder.name} with {self.name}"
        self._run(ENGINES[self.name].build, job, report, what, os.environ)

    def require_base(self, image: str, report: Report) -> None:
        """Raise UserError if an image is neither in the engine's storage nor in its registry.

        Pulls an image that no quick command finds, as a build would: a daemon may reach registries
        that its client does not.
        """
        job = Job(reference=image)
        commands = ENGINES[self.name]
        if all(self._query(self._arguments(words, job)) is None for words in commands.has):
            self._run(commands.pull, job, report, f"pull of {image} with {self.name}", os.environ)

    def push(self, job: Job, report: Report) -> str | None:
        """Push `job.reference`; returns the digest, None if the engine does not print it.

        Passes the registry's password through stdin, and stores it in `job.scratch`; logs out of an
        engine that stores it elsewhere. Raises UserError.
        """
        commands = ENGINES[self.name]
        environment = self._private_environment(job) if commands.config else os.environ
        digestfile = job.scratch / "digest"
        digestfile.unlink(missing_ok=True)
        # With shared credentials, the logout of one push would end the login of another.
        with _SHARED_LOGIN if commands.logout else nullcontext():
            output = self._log_in_and_push(commands, job, report, environment)
        if digestfile.is_file():
            return digestfile.read_text().strip()
        named = _PUSHED.search("\n".join(output))
        return named[1] if named else None

    def identity(self, job: Job) -> str | None:
        """The digest of the configuration or manifest of `job.reference`, by the engine's storage.

        None if the engine does not print it.
        """
        said = self._query(["image", "inspect", job.reference])
        try:
            found = _ID.fullmatch(json.loads(said or "")[0]["Id"])
        except (LookupError, TypeError, ValueError):
            return None
        return f"sha256:{found[1]}" if found else None

    def _log_in_and_push(
        self, commands: EngineCommands, job: Job, report: Report, environment: Mapping[str, str]
    ) -> list[str]:
        try:
            login = f"{self.name} login to {job.registry}"
            self._run(commands.login, job, report, login, environment, stdin=job.password)
            push = f"push of {job.reference} with {self.name}"
            return self._run(commands.push, job, report, push, environment)
        finally:
            if commands.logout:
                self._query(self._arguments(commands.logout, job))

    def answers(self) -> bool:
        return all(self._query(words.split()) is not None for words in ENGINES[self.name].probes)

    def _run(
        self,
        template: str,
        job: Job,
        report: Report,
        what: str,
        environment: Mapping[str, str],
        stdin: str = "",
    ) -> list[str]:
        argv = [self.path, *self._arguments(template, job)]
        return run_engine(argv, what=what, report=report, environment=environment, stdin=stdin)

    def _query(self, words: list[str]) -> str | None:
        """The output of a quick command; None if it fails."""
        try:
            done = captured([self.path, *words], seconds=_ANSWER_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return None if done.returncode else done.stdout

    def _private_environment(self, job: Job) -> dict[str, str]:
        """The environment in which the engine stores its credentials in the job's folder."""
        environment = {**os.environ, "DOCKER_CONFIG": str(job.scratch)}
        if self.name == "docker" and "DOCKER_HOST" not in environment:
            # The user's configuration, which DOCKER_CONFIG replaces, may name the daemon's host.
            host = self._query(
                ["context", "inspect", "--format", "{{json .Endpoints.docker.Host}}"]
            )
            if host:
                environment["DOCKER_HOST"] = json.loads(host)
                environment.pop("DOCKER_CONTEXT", None)
        return environment

    def _arguments(self, template: str, job: Job) -> list[str]:
        """Replaces each placeholder of a template; a value with spaces is one argument."""
        isolation, storage = buildah_flags()
        # podman's client for a virtual machine (macOS, Windows) has no --digestfile.
        local = sys.platform == "linux"
        values: dict[str, list[str]] = {
            "{platform}": [PLATFORM],
            "{reference}": [job.reference],
            "{registry}": [job.registry],
            "{folder}": [str(job.folder)],
            "{authfile}": [str(job.scratch / "auth.json")],
            "{digestfile}": ["--digestfile", str(job.scratch / "digest")] if local else [],
            "{insecure}": [ENGINES[self.name].insecure] if job.plain_http else [],
            "{args}": [f"--build-arg={name}={value}" for name, value in job.build_args.items()],
            "{isolation}": isolation,
            "{storage}": storage,
        }
        return [word for part in template.split() for word in values.get(part, [part])]


def find_engine(wanted: str | None) -> Engine | None:
    """The engine that responds; None if there is none.

    wanted: its name; default: $STUDIO_ENGINE, else the first that responds. Raises UserError if
    the named engine is unknown, is not on PATH, or does not respond.
    """
    source = "--engine" if wanted else ENGINE
    wanted = wanted or os.environ.get(ENGINE)
    if wanted and wanted not in ENGINES:
        raise UserError(f"{source} = {wanted}: choose one of {', '.join(ENGINES)}")
    for name in [wanted] if wanted else ENGINES:
        path = shutil.which(name)
        if path and Engine(name, path).answers():
            return Engine(name, path)
        if wanted:
            checks = " and ".join(f"`{name} {words}`" for words in ENGINES[name].probes)
            problem = f"{checks} must succeed; is it running?" if path else "is not on PATH"
            raise UserError(f"{source} = {name}: {problem}")
    return None
