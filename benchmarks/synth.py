"""How long ``python main.py`` takes with the AWS bindings loaded lazily, and as usual.

Both ways run in turn, in pairs, so that whatever else the machine does falls on both alike. The
first pair is thrown away: it compiles the bytecode and fills jsii's cache for both. Exit code
1 where the ratio is below the one that is asked for.
"""

import argparse
import math
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
WAYS = {"lazy": {}, "eager": {"STUDIO_EAGER_BINDINGS": "1"}}


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
    """The times of each way, in seconds, one for each pair."""
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "settings.toml").write_text(SETTINGS)
        for pair in range(pairs + 1):
            for way, extra in WAYS.items():
                taken = seconds(folder, extra)
                if pair:
                    times[way].append(taken)
    return times


def main() -> int:
    """Print each way's median and the ratio of the two; exit code 1 if that is too small."""
    parser = argparse.ArgumentParser(description="python main.py, all stacks, two users")
    parser.add_argument("--pairs", type=int, default=5, help="measured pairs (5)")
    times = measure(parser.parse_args().pairs)
    for way, taken in times.items():
        spread = f"{min(taken):.2f} to {max(taken):.2f}"
        print(f"{way:5}  median {median(taken):5.2f} s  ({spread} s, {len(taken)} runs)")
    ratios = [eager / lazy for lazy, eager in zip(times["lazy"], times["eager"], strict=True)]
    return judge(median(ratios))


def judge(ratio: float) -> int:
    """Print the verdict on this ratio; the answer is the exit code."""
    enough = ratio >= LEAST
    # Rounded down: 3.46 is not 3.5.
    shown = math.floor(ratio * 100) / 100
    print(f"lazy is {shown} times faster, {'at least' if enough else 'FAILED: not'} {LEAST} times")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
