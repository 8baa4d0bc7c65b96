"""The key pair of one user on this machine, and where the node finds its public half."""

import hashlib
import subprocess

from settings import UserError
from studio.connect import files
from studio.connect.ssh_config import Place
from studio.processes.children import captured

_FOLDER = "ssh-authorized-keys"
_SECONDS = 60


def ensure(place: Place) -> str:
    """Make the key pair where there is none; the public half, one line. Raises UserError."""
    files.make_folder(place.ssh)
    files.make_folder(place.folder)
    if not place.key.exists():
        _keygen("-q", "-t", "ed25519", "-N", "", "-C", place.host, "-f", str(place.key))
    # Read from the private half: a .pub beside it may be missing, or another's.
    return _keygen("-y", "-P", "", "-f", str(place.key)).strip()


def prefix(user: str) -> str:
    """The folder in that bucket, which only this user may write to and this user's nodes read."""
    return f"{_FOLDER}/{user}/"


def name(public_key: str) -> str:
    """The file of this key in that folder; a person's machines do not overwrite each other's."""
    blob = " ".join(public_key.split()[:2])
    return f"studio-{hashlib.sha256(blob.encode()).hexdigest()[:16]}.pub"


def _keygen(*words: str) -> str:
    try:
        finished = captured(["ssh-keygen", *words], seconds=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"ssh-keygen does not run: {error}") from None
    if finished.returncode:
        # A box of warnings may come before the reason.
        *_, reason = ["no reason given", *finished.stderr.strip().splitlines()]
        raise UserError(f"ssh-keygen failed: {reason}")
    return finished.stdout
