"""The emulator's address, of this machine only, and its port: checked before moto loads."""

import os
import socket

from studio_emulator.errors import UsageError

HOST = "127.0.0.1"
"""Anyone who reaches the emulator is root in its account, and its apps run commands."""


def check_port(port: int | str) -> int:
    """The port as a number; 0 for any. Raises UsageError unless the emulator can use it."""
    if not str(port).isdecimal() or int(port) > 65535:
        raise UsageError(f"port {port}: 0 to 65535")
    try:
        socket.create_server((HOST, int(port))).close()
    except OSError as taken:
        raise UsageError(f"port {port}: {os.strerror(taken.errno or 0)}") from taken
    return int(port)
