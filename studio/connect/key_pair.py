"""The key pair of a user on this machine, and the name of its public key in the key bucket."""

import hashlib
import subprocess

from settings import UserError
from studio.connect import files
from studio.connect.ssh_config import SshPaths
from studio.processes.children import captured


def ensure(paths: SshPaths) -> str:
    """Create the key pair, unless it exists; returns the public key. Raises UserError."""
    files.make_folder(paths.ssh)
    files.make_folder(paths.folder)
    with files.locked(paths.ssh):
        if not paths.key.exists():
            _keygen("-q", "-t", "ed25519", "-N", "", "-C", paths.host, "-f", str(paths.key))
    # The .pub file may be missing, or belong to another key.
    fix = f"; delete {paths.key}, then connect again"
    return _keygen("-y", "-P", "", "-f", str(paths.key), fix=fix).strip()


def name(public_key: str) -> str:
    """The name of the key in the user's folder, different on each machine of the user."""
    blob = " ".join(public_key.split()[:2])
    return f"studio-{hashlib.sha256(blob.encode()).hexdigest()[:16]}.pub"


def _keygen(*arguments: str, fix: str = "") -> str:
    try:
        finished = captured(["ssh-keygen", *arguments], seconds=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"ssh-keygen does not run: {error}") from None
    if finished.returncode:
        # Warnings may precede the reason.
        *_, reason = ["no reason given", *finished.stderr.strip().splitlines()]
        raise UserError(f"ssh-keygen failed: {reason}{fix}")
    return finished.stdout
