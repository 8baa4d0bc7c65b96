"""A small client of the OCI distribution API: enough to push an image held in memory."""

from __future__ import annotations

import base64
import hashlib
import http.client
import ipaddress
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

from settings import UserError
from settings.errors import cut

_SECONDS = 60
_LONGEST_ANSWER = 100_000


def is_loopback(registry: str) -> bool:
    """Whether `HOST[:PORT]` is this machine: the only place that plain HTTP is spoken to."""
    host = urlsplit(f"//{registry}").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def digest_of(content: bytes) -> str:
    """The content's address: `sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class Registry:
    """A connection to one repository of a registry; use it as a context manager.

    Loopback is spoken to in plain HTTP, everything else over TLS. Raises UserError with the
    registry's own words when it refuses, or cannot be reached.
    """

    def __init__(self, registry: str, repository: str, *, password: str) -> None:
        kind = http.client.HTTPConnection if is_loopback(registry) else http.client.HTTPSConnection
        self._connection = kind(registry, timeout=_SECONDS)
        self._registry = registry
        self._base = f"/v2/{repository}"
        token = base64.b64encode(f"AWS:{password}".encode()).decode()
        self._authorization = {"Authorization": f"Basic {token}"}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def push_blob(self, content: bytes) -> None:
        """Upload a blob, unless it is there already."""
        digest = digest_of(content)
        if self._send("HEAD", f"{self._base}/blobs/{digest}", allowed=(200, 404))[0] == 200:
            return
        _, location = self._send("POST", f"{self._base}/blobs/uploads/", allowed=(202,))
        try:
            target = urlsplit(location)
        except ValueError as error:
            raise UserError(
                f"registry {self._registry}: uploads to {cut(location)}: {error}"
            ) from None
        query = "&".join(part for part in (target.query, f"digest={quote(digest)}") if part)
        self._send(
            "PUT",
            f"{target.path}?{query}",
            allowed=(201,),
            body=content,
            headers={"Content-Type": "application/octet-stream"},
        )

    def push_manifest(self, tag: str, content: bytes, media_type: str) -> str:
        """Store a manifest whose blobs are there under a tag; returns its digest."""
        self._send(
            "PUT",
            f"{self._base}/manifests/{tag}",
            allowed=(201,),
            body=content,
            headers={"Content-Type": media_type},
        )
        return digest_of(content)

    def _send(
        self,
        method: str,
        path: str,
        *,
        allowed: tuple[int, ...],
        body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, str]:
        try:
            self._connection.request(
                method, path, body=body, headers={**self._authorization, **(headers or {})}
            )
            response = self._connection.getresponse()
            text = response.read(_LONGEST_ANSWER)
            # The rest would be taken for the next answer.
            if not response.isclosed():
                self._connection.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UserError(
                f"registry {self._registry}: {str(error) or type(error).__name__}"
            ) from error
        if response.status not in allowed:
            said = text.decode(errors="replace").strip() or response.reason
            raise UserError(f"registry {self._registry}: {method} {path}: {said}")
        return response.status, response.headers.get("Location", "")
