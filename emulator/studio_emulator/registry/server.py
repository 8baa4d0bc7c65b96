"""Push and pull, OCI's distribution API: which action of ECR a request needs, its errors."""

import re
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import Repository, ecr_backends
from studio_emulator.registry import tokens
from studio_emulator.registry.blobs import BLOBS, DIGEST, Upload, mount
from studio_emulator.registry.images import MANIFEST_LIMIT, check_key, image_of, put_manifest
from studio_emulator.registry.tokens import Grant
from studio_emulator.registry.wire import Answer, Request, document, empty, error

TOKEN = "token"  # noqa: S105  # the name of a query parameter
_NAME = r"/v2/(?P<name>.+)"
_CODES = {
    "ImageDigestDoesNotMatchException": ("MANIFEST_INVALID", 400),
    "ImageTagAlreadyExistsException": ("TAG_INVALID", 400),
    "InvalidParameterException": ("UNSUPPORTED", 405),
    "KmsException": ("DENIED", 403),
    "LayersNotFoundException": ("BLOB_UPLOAD_UNKNOWN", 404),
    "ReferencedImagesNotFoundException": ("MANIFEST_BLOB_UNKNOWN", 404),
}
"""Error code of ECR's API -> error code and status of the registry."""

_WITHOUT_KEY = ("BatchCheckLayerAvailability", "ListImages")

Authorize = Callable[[Grant, str, str], None]
"""Raises AwsError DENIED unless a grant allows an action on the named repository."""


def application(
    environ: dict[str, Any],
    start_response: Callable[[str, list[tuple[str, str]]], Any],
    authorize: Authorize,
) -> Iterable[bytes]:
    """Serve one request below /v2."""
    request = Request(environ)
    try:
        answer = _answer(request, authorize)
    except AwsError as problem:
        request.drain()
        code, status = _CODES.get(problem.code, (problem.code, problem.status))
        answer = error(code, problem.message, f"{status} {HTTPStatus(status).phrase}")
    headers = {"Docker-Distribution-Api-Version": "registry/2.0", **answer.headers}
    start_response(answer.status, list(headers.items()))
    return () if request.method == "HEAD" else answer.body


def _answer(request: Request, authorize: Authorize) -> Answer:
    grant = _grant(request)
    if grant is None:
        request.drain()
        challenge = f'Basic realm="http://{request.host}/",service="ecr.amazonaws.com"'
        return Answer("401 Unauthorized", {"WWW-Authenticate": challenge}, [b"Not Authorized\n"])
    if request.path in ("/v2", "/v2/"):
        return document({})
    for pattern, methods in _ROUTES:
        match = pattern.fullmatch(request.path)
        if match is None:
            continue
        if request.method not in methods:
            break
        handle, action = methods[request.method]
        if not grant.layer:
            authorize(grant, action, match["name"])
        repository = _repository(grant, match["name"])
        if action not in _WITHOUT_KEY:
            check_key(repository)
        return handle(request, repository, match.groupdict())
    raise AwsError("UNSUPPORTED", "The operation is unsupported.", status=405)


def _grant(request: Request) -> Grant | None:
    """The grant of the credentials, or of a URL from GetDownloadUrlForLayer."""
    password = request.query.get(TOKEN)
    if password and request.method in ("GET", "HEAD"):
        layer = request.path.rpartition("/blobs/")[2]
        return tokens.grant_of_layer_url(password, layer, now=time.time())
    return tokens.grant_of(request.authorization, now=time.time())


def _repository(grant: Grant, name: str) -> Repository:
    repository = ecr_backends[grant.account][grant.region].repositories.get(name)
    if repository is None:
        raise AwsError(
            "NAME_UNKNOWN",
            f"The repository with name '{name}' does not exist in the registry with id "
            f"'{grant.account}'",
            status=404,
        )
    return repository


def _start_upload(request: Request, repository: Repository, _: dict[str, str]) -> Answer:
    wanted, digest = request.query.get("mount"), request.query.get("digest")
    if wanted and mount(repository, wanted, request.query.get("from", "")):
        return _created(repository, wanted)
    upload = BLOBS.begin(repository)
    if digest:
        upload.append(request.body())
        BLOBS.finish(upload, digest)
        return _created(repository, digest)
    request.drain()
    return _upload_progress("202 Accepted", repository, upload)


def _append(request: Request, repository: Repository, path: dict[str, str]) -> Answer:
    upload = BLOBS.upload(repository, path["upload"])
    _receive(request, upload)
    return _upload_progress("202 Accepted", repository, upload)


def _finish_upload(request: Request, repository: Repository, path: dict[str, str]) -> Answer:
    digest = request.query.get("digest", "")
    upload = BLOBS.upload(repository, path["upload"])
    if not DIGEST.fullmatch(digest):
        raise AwsError("DIGEST_INVALID", f"'{digest}' is not a sha256 digest")
    _receive(request, upload)
    BLOBS.finish(upload, digest)
    return _created(repository, digest)


def _receive(request: Request, upload: Upload) -> None:
    start = re.fullmatch(r"(?:bytes )?(\d+)-\d+(?:/.*)?", request.content_range)
    if request.content_range and (start is None or int(start[1]) != upload.offset):
        raise AwsError(
            "BLOB_UPLOAD_INVALID",
            f"Invalid layer part upload: got {request.content_range}, the next byte is "
            f"{upload.offset}",
            status=416,
        )
    upload.append(request.body())


def _upload_status(_: Request, repository: Repository, path: dict[str, str]) -> Answer:
    return _upload_progress("204 No Content", repository, BLOBS.upload(repository, path["upload"]))


def _cancel_upload(_: Request, repository: Repository, path: dict[str, str]) -> Answer:
    BLOBS.cancel(BLOBS.upload(repository, path["upload"]))
    return empty("204 No Content")


def _get_blob(request: Request, repository: Repository, path: dict[str, str]) -> Answer:
    digest = path["digest"]
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(BLOBS.size(repository, digest)),
        "Docker-Content-Digest": digest,
    }
    return Answer("200 OK", headers, () if request.method == "HEAD" else BLOBS.read(digest))


def _put_manifest(request: Request, repository: Repository, path: dict[str, str]) -> Answer:
    body = request.content(limit=MANIFEST_LIMIT)
    reference = {"digest" if ":" in path["reference"] else "tag": path["reference"]}
    image = put_manifest(repository, body, request.content_type, **reference)
    return empty(
        "201 Created",
        Location=f"/v2/{repository.name}/manifests/{image.image_digest}",
        Docker_Content_Digest=image.image_digest,
    )


def _get_manifest(_: Request, repository: Repository, path: dict[str, str]) -> Answer:
    image = image_of(repository, path["reference"])
    if image is None:
        raise AwsError("MANIFEST_UNKNOWN", "Requested image not found", status=404)
    body = image.image_manifest.encode()
    headers = {
        "Content-Type": image.image_manifest_media_type,
        "Content-Length": str(len(body)),
        "Docker-Content-Digest": image.image_digest,
    }
    return Answer("200 OK", headers, [body])


def _list_tags(request: Request, repository: Repository, _: dict[str, str]) -> Answer:
    tags = sorted(tag for image in repository.images for tag in image.image_tags)
    wanted = [tag for tag in tags if tag > request.query.get("last", "")]
    count = request.query.get("n", "")
    page = wanted[: int(count)] if count.isdecimal() else wanted
    more = {}
    if page and len(page) < len(wanted):
        more["Link"] = f'</v2/{repository.name}/tags/list?n={count}&last={page[-1]}>; rel="next"'
    return document({"name": repository.name, "tags": page}, **more)


def _upload_progress(status: str, repository: Repository, upload: Upload) -> Answer:
    return empty(
        status,
        Location=f"/v2/{repository.name}/blobs/uploads/{upload.id}",
        Range=f"0-{max(upload.offset - 1, 0)}",
        Docker_Upload_UUID=upload.id,
    )


def _created(repository: Repository, digest: str) -> Answer:
    return empty(
        "201 Created",
        Location=f"/v2/{repository.name}/blobs/{digest}",
        Docker_Content_Digest=digest,
    )


_Handler = Callable[[Request, Repository, dict[str, str]], Answer]
_ROUTES: list[tuple[re.Pattern[str], dict[str, tuple[_Handler, str]]]] = [
    (re.compile(rf"{_NAME}/tags/list"), {"GET": (_list_tags, "ListImages")}),
    (
        re.compile(rf"{_NAME}/manifests/(?P<reference>[^/]+)"),
        {
            "HEAD": (_get_manifest, "BatchGetImage"),
            "GET": (_get_manifest, "BatchGetImage"),
            "PUT": (_put_manifest, "PutImage"),
        },
    ),
    (
        re.compile(rf"{_NAME}/blobs/uploads/?"),
        {"POST": (_start_upload, "InitiateLayerUpload")},
    ),
    (
        re.compile(rf"{_NAME}/blobs/uploads/(?P<upload>[^/]+)"),
        {
            "GET": (_upload_status, "UploadLayerPart"),
            "PATCH": (_append, "UploadLayerPart"),
            "PUT": (_finish_upload, "CompleteLayerUpload"),
            "DELETE": (_cancel_upload, "UploadLayerPart"),
        },
    ),
    (
        re.compile(rf"{_NAME}/blobs/(?P<digest>[^/]+)"),
        {
            "HEAD": (_get_blob, "BatchCheckLayerAvailability"),
            "GET": (_get_blob, "GetDownloadUrlForLayer"),
        },
    ),
]
"""Path -> method -> handler and the action of ECR that the request needs.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
"""
