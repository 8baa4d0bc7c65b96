"""Runs the emulator in a child process; its clients get no real credentials or endpoints."""

import contextlib
import http.client
import json
import math
import os
import re
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from settings import UserError
from settings.paths import PROJECT
from studio.processes import children

_START_SECONDS = 120.0
_END_SECONDS = 120.0
"""The emulator removes its containers and images first."""


@dataclass(frozen=True, kw_only=True)
class EmulatedAws:
    """A running emulator: its URL, and the environment with which AWS clients call it."""

    url: str
    environment: dict[str, str]

    def child_environment(self) -> dict[str, str]:
        """The environment of this process, for a child process that calls only the emulator."""
        # A profile or the endpoint of one service bypasses the emulator, as does a provider that
        # already runs.
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "TF_REATTACH_")) or name == "AWS_CA_BUNDLE"
        }
        return kept | self.environment

    def inventory(self) -> list[dict[str, str]]:
        """The resources in it that a new account does not have."""
        items: list[dict[str, str]] = self.ask("inventory")
        return items

    def counts(self) -> dict[str, int]:
        kinds = Counter(f"{item['service']} {item['type']}" for item in self.inventory())
        return dict(sorted(kinds.items()))

    def ask(self, call: str, change: Mapping[str, object] | None = None) -> Any:
        """The answer of a call of the emulator itself (emulator/README.md); change: its content.

        Raises OSError if the emulator does not run, or ends while it answers.
        """
        content = None if change is None else json.dumps(change).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/{call}", data=content)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except (http.client.HTTPException, ValueError) as error:
            raise ConnectionError(f"{self.url}: {error!r}") from error


@contextlib.contextmanager
def aws(
    *, log: Path, speed: float, region: str, options: Sequence[str] = ()
) -> Iterator[EmulatedAws]:
    """A running emulator; see ``starting``. Raises UserError if it does not start."""
    with starting(log=log, speed=speed, region=region, options=options) as ready:
        yield ready()


@contextlib.contextmanager
def starting(
    *, log: Path, speed: float, region: str, options: Sequence[str] = ()
) -> Iterator[Callable[[], EmulatedAws]]:
    """Start the emulator on a free port, and end it with the block.

    options: of the emulator, as KEY=VALUE; apps run only with ``apps=processes``. log: gets its
    output. The yielded function waits until it runs; it raises UserError if it does not start.
    """
    if not (math.isfinite(speed) and speed > 0):
        raise UserError(f"speed = {speed}: a number above 0")
    command = [sys.executable, "-m", "studio_emulator", "--port", "0", "--speed", str(speed)]
    for option in ("apps=off", *options):
        command += ["--option", option]
    with (
        log.open("w") as errors,
        children.Child(command, cwd=PROJECT, stderr=errors) as emulator,
    ):
        try:
            yield partial(_ready, emulator, log, region)
        finally:
            emulator.end(grace=_END_SECONDS)


def _ready(emulator: children.Child, log: Path, region: str) -> EmulatedAws:
    try:
        said = re.search(r"http://\S+", children.first_line(emulator, seconds=_START_SECONDS))
    except TimeoutError:
        said = None
    if said is None:
        # The command may delete the folder of the log.
        printed = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        why = printed[-1] if printed else f"no answer within {_START_SECONDS:.0f} seconds"
        raise UserError(f"the emulator did not start: {why}")
    environment = {
        "AWS_ENDPOINT_URL": said[0],
        "AWS_ACCESS_KEY_ID": "emulated",
        "AWS_SECRET_ACCESS_KEY": "emulated",
        "AWS_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    return EmulatedAws(url=said[0], environment=environment)
