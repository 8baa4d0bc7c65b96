"""The time of ``python main.py`` with the AWS bindings loaded lazily, and eagerly as usual.

The two run alternately, so that other load of the machine affects both. The first pair does not
count: it compiles the bytecode and fills jsii's cache. Exit code 1 if lazy is not LEAST times
faster.
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
LEAST = 3.5
"""How many times faster a synth with lazy bindings has to be."""
MODES = {"lazy": {}, "eager": {"STUDIO_EAGER_BINDINGS": "1"}}


def seconds(folder: Path, extra: dict[str, str]) -> float:
    """The wall-clock time of one synth of all stacks, in seconds."""
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
    """The times of each mode in seconds, one for each pair."""
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
    """Print each mode's median and the ratio of the two; exit code 1 if the ratio is too small."""
    parser = argparse.ArgumentParser(description="python main.py, all stacks, two users")
    parser.add_argument("--pairs", type=int, default=5, help="measured pairs (5)")
    times = measure(parser.parse_args().pairs)
    for mode, taken in times.items():
        spread = f"{min(taken):.2f} to {max(taken):.2f}"
        print(f"{mode:5}  median {median(taken):5.2f} s  ({spread} s, {len(taken)} runs)")
    ratios = [eager / lazy for lazy, eager in zip(times["lazy"], times["eager"], strict=True)]
    ratio = median(ratios)
    print(f"lazy is {ratio:.2f} times faster, at least {LEAST} is required")
    return 0 if ratio >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
