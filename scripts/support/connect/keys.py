"""The key pair of one user on this machine, and where the node finds its public half."""

import hashlib
import subprocess

from scripts.support.connect import files
from scripts.support.connect.ssh_config import Place
from settings import UserError

_FOLDER = "ssh-authorized-keys"


def ensure(place: Place) -> str:
    """Make the key pair where there is none; the public half, one line. Raises UserError."""
    files.make_folder(place.ssh)
    files.make_folder(place.folder)
    if not place.key.exists():
        _keygen("-q", "-t", "ed25519", "-N", "", "-C", place.host, "-f", str(place.key))
    # Read from the private half: a .pub beside it may be missing, or another's.
    return _keygen("-y", "-P", "", "-f", str(place.key)).strip()


def bucket(*, region: str, account: str) -> str:
    """The bucket that SageMaker's tools take for their own, in which nodes look for keys."""
    return f"sagemaker-{region}-{account}"


def prefix(user: str) -> str:
    """The folder in that bucket, which only this user may write to and this user's nodes read."""
    return f"{_FOLDER}/{user}/"


def name(public_key: str) -> str:
    """The file of this key in that folder; a person's machines do not overwrite each other's."""
    blob = " ".join(public_key.split()[:2])
    return f"studio-{hashlib.sha256(blob.encode()).hexdigest()[:16]}.pub"


def _keygen(*words: str) -> str:
    finished = subprocess.run(
        ["ssh-keygen", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise UserError(f"ssh-keygen failed: {finished.stderr.strip()}")
    return finished.stdout
