"""Every private part of moto that the emulator uses, and what for: a new moto is tried here."""

from __future__ import annotations

import struct

from moto.kms.utils import _deserialize_ciphertext_blob


def key_id_of_ciphertext(blob: bytes) -> str | None:
    """Which key encrypted it: KMS looks at that key's state before it decrypts."""
    try:
        return str(_deserialize_ciphertext_blob(blob).key_id)
    except (struct.error, ValueError):
        return None
