"""A second signal during the handler of the first one ends the emulator, too."""

import subprocess
import sys

PROGRAM = """
import signal, sys
from studio_emulator.signals import handle_signals

FIRST, SECOND = signal.SIGINT, signal.SIGTERM

def traced(frame, event, argument):
    # A line of the first signal's handler, or of what it calls.
    global countdown
    if event == "call" and not inside(frame):
        return None
    if event == "line":
        countdown -= 1
        if countdown == 0:
            signal.raise_signal(SECOND)
    return traced

def inside(frame):
    while frame is not None:
        if frame.f_code.co_name == "<lambda>":
            return True
        frame = frame.f_back
    return False

for moment in range(1, 31):
    countdown = moment
    wait = handle_signals()
    sys.settrace(traced)
    signal.raise_signal(FIRST)
    sys.settrace(None)
    wait()
print("ended")
"""


def test_second_signal_interrupts_the_first_handler() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "ended\n", "")
