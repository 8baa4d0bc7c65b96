"""What a session runs in an app, a program of its own:

    python -m studio_emulator.runtime.terminal_program COMMAND PID

It makes its standard input, if that is a terminal, the one of its session and becomes the command,
or a shell where that is empty, in the container of process PID unless that is 0. A child of a
process with threads could do none of this before it starts.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import termios

from studio_emulator.runtime import namespaces, processes

_TERM = "xterm-256color"


def main(command: str, pid: int) -> None:
    """Become the command, or a shell."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # an emulator under nohup ignores it
    if pid:
        namespaces.enter(pid)
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        os.environ["TERM"] = _TERM
    shell = processes.shell()
    try:
        os.execv(shell, [shell, "-c", command] if command else [shell, "-l"])
    except FileNotFoundError:
        sys.exit(f"{shell}: no such file in the image\r")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
