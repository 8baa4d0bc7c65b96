"""Python reads this at its start where PYTHONPATH names the folder: it may not leave the machine.

Each attempt is refused and written to the file that OFFLINE_LOG names, so that a program which
shrugs at a refused connection is found out all the same.
"""

import os
import sys
from typing import Any

_FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _FORBIDDEN:
        return
    if event == "socket.connect" and isinstance(arguments[1], str | bytes):
        return  # a Unix socket: its address is a path
    with open(os.environ["OFFLINE_LOG"], "a") as log:  # noqa: PTH123 - in someone else's program
        log.write(f"{event} {arguments}\n")
    raise ConnectionRefusedError(f"{event}: no network in this process")


sys.addaudithook(_refuse)
