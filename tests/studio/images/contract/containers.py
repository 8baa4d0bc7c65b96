"""Containers and runtimes for the tests of `studio image check`."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from settings import AppType, ConnectMethod, Settings
from studio.images.contract.container import Container, Finished, ImageInfo, Launch
from studio.images.contract.result import CheckResult
from studio.images.contract.run_checks import CheckRequest, run_checks


class LocalContainer(Container):
    """A container whose commands run locally. canned: results of commands, by name."""

    def __init__(self, *, logs: str = "", alive: bool = True, **canned: Finished) -> None:
        self._logs, self._alive, self.canned = logs, alive, canned

    def inside(self, command: Sequence[str], *, user: str = "") -> list[str]:
        assert user == ""
        return list(command)

    def execute(self, command: Sequence[str], *, user: str = "", seconds: float = 60) -> Finished:
        return self.canned.get(command[0]) or super().execute(command, user=user, seconds=seconds)

    def alive(self) -> bool:
        return self._alive

    def logs(self) -> str:
        return self._logs


def said(text: str, code: int = 0) -> Finished:
    return Finished(code, text, "")


IMAGE = ImageInfo(
    architecture="amd64", system="linux", user="0:0", entrypoint=(), command=(), size=1
)


class OneContainer:
    """A runtime with one container. facts: what the image has instead of those of ``IMAGE``."""

    def __init__(self, container: Container, **facts: Any) -> None:
        self._container, self._facts = container, replace(IMAGE, **facts)
        self.launched: list[Launch] = []

    def info(self, _: str) -> ImageInfo:
        return self._facts

    @contextmanager
    def run(self, _: str, launch: Launch) -> Iterator[Container]:
        self.launched.append(launch)
        yield self._container

    def results(
        self, *methods: ConnectMethod, app_type: AppType = AppType.JUPYTER_LAB
    ) -> dict[str, CheckResult]:
        """The results of all checks, by name."""
        return {result.name: result for result in run_checks(self, request(app_type, *methods))}

    def failures(self, *methods: ConnectMethod) -> set[str]:
        return {name for name, result in self.results(*methods).items() if result.passed is False}


def request(app_type: AppType, *methods: ConnectMethod, **image: Any) -> CheckRequest:
    settings = Settings.model_validate({"image": {"slim": image}})
    return CheckRequest(
        reference="some:1",
        app_type=app_type,
        container=settings.container("slim", app_type),
        region="us-east-1",
        partition="aws",
        methods=methods,
        wait=1.0,
    )


SPEC = json.dumps({"kernelspecs": {"python3": {"spec": {"argv": ["/opt/python", "-m", "x"]}}}})
