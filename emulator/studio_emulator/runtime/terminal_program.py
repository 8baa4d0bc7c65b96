"""Runs the shell or command of a session in an app: a process or a container.

    python -m studio_emulator.runtime.terminal_program COMMAND PID

Makes its standard input, if it is a terminal, the controlling terminal, and executes the command or
a shell (""), in the container of process PID unless PID is 0. This needs a program: code between
fork and exec is unsafe in a process with threads.
"""

import fcntl
import os
import signal
import sys
import termios

from studio_emulator.runtime import namespaces, processes


def main(command: str, pid: int) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # an emulator under nohup ignores it
    if pid:
        namespaces.enter(pid)
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        os.environ["TERM"] = "xterm-256color"
    shell = processes.shell()
    try:
        os.execv(shell, [shell, "-c", command] if command else [shell, "-l"])
    except FileNotFoundError:
        sys.exit(f"{shell}: no such file in the image\r")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
