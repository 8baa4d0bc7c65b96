"""Refuses connections to other machines, in programs with this folder in PYTHONPATH.

Writes each attempt to the file that OFFLINE_LOG names, because a program can ignore the error.
"""

import os
import sys
from typing import Any

_FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _FORBIDDEN:
        return
    if event == "socket.connect" and isinstance(arguments[1], str | bytes):
        return  # a Unix socket
    with open(os.environ["OFFLINE_LOG"], "a") as log:  # noqa: PTH123 - runs in another program
        log.write(f"{event} {arguments}\n")
    raise ConnectionRefusedError(f"{event}: no network in this process")


sys.addaudithook(_refuse)
