"""An emulated AWS in a child process, for as long as a block runs."""

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
from studio.processes import children
from studio.toolchain import toolbox

_START_SECONDS = 120.0
_END_SECONDS = 120.0
"""The emulator removes its containers and images first."""


@dataclass(frozen=True, kw_only=True)
class Aws:
    """A running emulator: its address, and the environment that makes AWS's clients use it."""

    url: str
    environment: dict[str, str]

    def child_environment(self) -> dict[str, str]:
        """This process's environment for a child that is to talk to the emulator alone."""
        # A profile or an endpoint of one service would lead past the emulator, as would a provider
        # that runs already, with an environment of its own.
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "TF_REATTACH_")) or name == "AWS_CA_BUNDLE"
        }
        return kept | self.environment

    def inventory(self) -> list[dict[str, str]]:
        """Everything that exists in it beyond what a new account has."""
        items: list[dict[str, str]] = self._ask("inventory")
        return items

    def counts(self) -> dict[str, int]:
        """How many there are of each service's kinds of things."""
        kinds = Counter(f"{item['service']} {item['type']}" for item in self.inventory())
        return dict(sorted(kinds.items()))

    def tell(self, call: str, content: Mapping[str, object]) -> None:
        """One of the emulator's own calls that change it: ``faults``, ``settings``, ``reset``."""
        self._ask(call, json.dumps(content).encode())

    def struck(self) -> list[dict[str, str]]:
        """Which requests met a fault since the faults were set: ``operation`` and ``kind``."""
        requests: list[dict[str, str]] = self._ask("faults")["injected"]
        return requests

    def pid(self) -> int:
        """The process that is the emulator now."""
        number: int = self._ask("health")["pid"]
        return number

    def _ask(self, call: str, content: bytes | None = None) -> Any:
        """Raises OSError where it is not there, or dies while it answers."""
        request = urllib.request.Request(f"{self.url}/_emulator/{call}", data=content)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except (http.client.HTTPException, ValueError) as error:
            raise ConnectionError(f"{self.url}: {error!r}") from error


@contextlib.contextmanager
def aws(*, log: Path, speed: float, region: str, options: Sequence[str] = ()) -> Iterator[Aws]:
    """An emulated AWS that is there; see ``starting``. Raises UserError where it does not start."""
    with starting(log=log, speed=speed, region=region, options=options) as ready:
        yield ready()


@contextlib.contextmanager
def starting(
    *, log: Path, speed: float, region: str, options: Sequence[str] = ()
) -> Iterator[Callable[[], Aws]]:
    """Start ``python -m emulator`` on a free port and end it with the block.

    ``options`` are the emulator's options as KEY=VALUE (nothing runs in its apps without
    ``apps=processes``); ``log`` gets what it prints.
    What is yielded waits until it is there, and raises UserError where it does not start.
    """
    if not (math.isfinite(speed) and speed > 0):
        raise UserError(f"speed = {speed}: a number above 0")
    command = [sys.executable, "-m", "studio_emulator", "--port", "0", "--speed", str(speed)]
    for option in ("apps=off", *options):
        command += ["--option", option]
    with (
        log.open("w") as errors,
        children.Child(command, cwd=toolbox.PROJECT, stderr=errors) as emulator,
    ):
        try:
            yield partial(_ready, emulator, log, region)
        finally:
            emulator.end(grace=_END_SECONDS)


def _ready(emulator: children.Child, log: Path, region: str) -> Aws:
    try:
        said = re.search(r"http://\S+", children.first_line(emulator, seconds=_START_SECONDS))
    except TimeoutError:
        said = None
    if said is None:
        # The log may be in a folder that is deleted with this command.
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
    return Aws(url=said[0], environment=environment)
