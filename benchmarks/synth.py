"""Compares ``python main.py`` with lazy and with eager loading of the AWS bindings.

The two alternate, so that other load of the machine affects both. The first pair is not counted: it
compiles the bytecode and fills jsii's cache. Exits with code 1 if the ratio is less than MIN_RATIO.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from settings.paths import PROJECT

SETTINGS = "[users.alice]\n[users.bob]\n"
MIN_RATIO = 3.5
"""The minimum time with eager loading, with the time of lazy loading as 1."""
MODES = {"lazy": {}, "eager": {"STUDIO_EAGER_BINDINGS": "1"}}


def seconds(folder: Path, extra: dict[str, str]) -> float:
    """The wall-clock time of a synthesis of all stacks, in seconds."""
    environment = {
        **{key: value for key, value in os.environ.items() if key != "STUDIO_EAGER_BINDINGS"},
        "STUDIO_CONFIG": str(folder / "settings.toml"),
        "CDKTF_OUTDIR": str(folder / "out"),
        **extra,
    }
    start = time.perf_counter()
    subprocess.run([sys.executable, "main.py"], cwd=PROJECT, env=environment, check=True)
    return time.perf_counter() - start


def measure(pairs: int) -> dict[str, list[float]]:
    """The seconds of each run, by mode."""
    times: dict[str, list[float]] = {mode: [] for mode in MODES}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "settings.toml").write_text(SETTINGS)
        for pair in range(pairs + 1):
            for mode, extra in MODES.items():
                taken = seconds(folder, extra)
                if pair:
                    times[mode].append(taken)
    return times


def main() -> int:
    """Print the median of each mode and the ratio of the two."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.synth",
        description="Compare the time of `python main.py` with lazy and with eager bindings.",
    )
    parser.add_argument("--pairs", type=int, default=5, help="number of pairs (5)")
    times = measure(parser.parse_args().pairs)
    for mode, taken in times.items():
        spread = f"{min(taken):.2f} to {max(taken):.2f}"
        print(f"{mode:5}  median {median(taken):5.2f} s  ({spread} s, {len(taken)} runs)")
    ratios = [eager / lazy for lazy, eager in zip(times["lazy"], times["eager"], strict=True)]
    ratio = median(ratios)
    print(f"lazy is {ratio:.2f} times faster, at least {MIN_RATIO} is required")
    return 0 if ratio >= MIN_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
