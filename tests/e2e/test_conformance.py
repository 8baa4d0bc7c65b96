"""`python -m tests.conformance` runs as a process."""

from __future__ import annotations

import os
import subprocess
import sys

from catalog.claims import CLAIMS
from settings.paths import PROJECT
from studio_emulator.server import Emulator
from tests.conformance.estimate import estimate


def test_without_a_terminal_the_error_names_the_flag(aws: Emulator) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    finished = subprocess.run(
        [sys.executable, "-m", "tests.conformance"],
        cwd=PROJECT,
        env=kept | aws.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert finished.returncode == 2
    whole = estimate(CLAIMS)
    cost = f"about {whole.minutes:.0f} minutes and costs at most {whole.usd:.2f} USD"
    assert cost in finished.stdout
    assert finished.stderr == "conformance: no terminal for the confirmation: add --yes\n"
