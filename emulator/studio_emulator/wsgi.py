"""Reads the signature and the body of an HTTP request, and holds a response."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

Environ = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An HTTP response."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Scope:
    """The access key, region and service of a request's signature."""

    access_key: str
    region: str
    service: str


def scope_of(environ: Environ) -> Scope | None:
    """The scope of a version 4 signature, in the header or in the URL."""
    header = environ.get("HTTP_AUTHORIZATION", "")
    if header.startswith("AWS4-"):
        _, _, credential = header.partition("Credential=")
    else:
        credential = parse_qs(environ.get("QUERY_STRING", "")).get("X-Amz-Credential", [""])[0]
    parts = credential.split(",")[0].split("/")
    if len(parts) != 5:
        return None
    return Scope(access_key=parts[0], region=parts[2], service=parts[3].lower())


def read_body(environ: Environ) -> None:
    """Replace the input stream by one that can be read again; the caller holds no lock."""
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    # The server ends the stream after the body.
    environ |= with_body(environ, environ["wsgi.input"].read())


def append_to_form(environ: Environ, values: Mapping[str, str]) -> None:
    """Add parameters to a query request."""
    body = environ["wsgi.input"].getvalue().decode()
    environ |= with_body(environ, edited(body, (), values).encode())


def edited(form: str, dropped: Container[str], added: Mapping[str, str]) -> str:
    """The form without these parameters, and with others."""
    kept = [(k, v) for k, v in parse_qsl(form, keep_blank_values=True) if k not in dropped]
    return urlencode([*kept, *added.items()])


def with_body(environ: Environ, body: bytes) -> Environ:
    """The request with another body."""
    return environ | {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
