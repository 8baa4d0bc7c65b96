"""Compares the throughput of ``studio`` and of session-manager-plugin from PATH: 50 MB each way.

The two alternate, so that other load of the machine affects both. Exits with code 1 if the ratio of
the speeds is less than MIN_RATIO, and with 2 if PATH has no plugin.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from studio_emulator.server import Emulator
from tests.e2e import sshd
from tests.emulator.samples import REGION
from tests.emulator.sessions.channels import SSH, advanced, host, node_of

PLUGIN = "session-manager-plugin"
MIN_RATIO = 0.5
"""The minimum speed of ``studio``, with the plugin's as 1."""
SIZE = 50_000_000
CLIENTS = {PLUGIN: [PLUGIN], "studio": [str(sshd.PLUGIN / PLUGIN)]}
"""The second one is the stand-in of the tests: `studio` with the arguments of the plugin."""
DIRECTIONS = ("down", "up")


def seconds(aws: Emulator, node: str, client: Sequence[str], direction: str, data: Path) -> float:
    """The wall-clock time in seconds in which a client transfers ``data``."""
    arrived: list[float] = []

    def serve(connection: socket.socket) -> None:
        if direction == "down":
            connection.sendall(data.read_bytes())
            return
        left = SIZE
        while left and (piece := connection.recv(65536)):
            left -= len(piece)
        assert not left
        arrived.append(time.perf_counter())

    with host(aws, node, serve) as served:
        answer = aws.client("ssm").start_session(Target=node, **SSH)
        del answer["ResponseMetadata"]
        start = time.perf_counter()
        with subprocess.Popen(
            [*client, json.dumps(answer), REGION, "StartSession"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            if direction == "up":
                process.stdin.write(data.read_bytes())
                process.stdin.flush()
                served.ended.wait()
            else:
                left = SIZE
                while left > 0:
                    left -= len(os.read(process.stdout.fileno(), 65536))
                arrived.append(time.perf_counter())
            process.kill()
    return arrived[0] - start


def measure(pairs: int) -> dict[tuple[str, str], list[float]]:
    """The seconds of each run, by direction and client."""
    times: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as name, Emulator() as aws:
        data = Path(name) / "data"
        data.write_bytes(bytes(range(250)) * (SIZE // 250))
        advanced(aws)
        node = node_of(aws)
        for _ in range(pairs):
            for direction in DIRECTIONS:
                for client, command in CLIENTS.items():
                    taken = seconds(aws, node, command, direction, data)
                    times.setdefault((direction, client), []).append(taken)
    return times


def main(argv: Sequence[str] | None = None) -> int:
    """Print the medians and the ratio of the speeds."""
    parser = argparse.ArgumentParser(prog="benchmarks.session", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3, help="number of runs (%(default)s)")
    pairs = parser.parse_args(argv).pairs
    if shutil.which(PLUGIN) is None:
        print(f"{PLUGIN} is not on PATH", file=sys.stderr)
        return 2
    medians = {key: median(times) for key, times in measure(pairs).items()}
    ratios = {}
    for direction in DIRECTIONS:
        plugin, studio = (medians[direction, client] for client in CLIENTS)
        ratios[direction] = plugin / studio
        print(
            f"{direction:5} {PLUGIN} {plugin:.1f} s, studio {studio:.1f} s: "
            f"{ratios[direction]:.2f} of the plugin's speed"
        )
    return 0 if min(ratios.values()) >= MIN_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
