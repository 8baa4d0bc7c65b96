"""Push and pull, OCI's distribution API: which action of ECR a request needs, its errors."""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug import Response

from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import Repository, ecr_backends
from studio_emulator.registry import tokens
from studio_emulator.registry.blobs import BLOBS, DIGEST, Upload, mount
from studio_emulator.registry.images import MANIFEST_LIMIT, check_key, image_of, put_manifest
from studio_emulator.registry.tokens import Grant
from studio_emulator.registry.wire import Request, document, empty

TOKEN = "token"  # noqa: S105  # the name of a query parameter
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
        # The OCI distribution specification, "Error Codes"
        answer = document({"errors": [{"code": code, "message": problem.message}]}, status)
    answer.headers["Docker-Distribution-Api-Version"] = "registry/2.0"
    reply: Iterable[bytes] = answer(environ, start_response)
    return reply


def _answer(request: Request, authorize: Authorize) -> Response:
    grant = _grant(request)
    if grant is None:
        request.drain()
        challenge = f'Basic realm="http://{request.host}/",service="ecr.amazonaws.com"'
        return Response("Not Authorized\n", 401, {"WWW-Authenticate": challenge})
    if request.path in ("/v2", "/v2/"):
        return document({})
    for methods, path, handle, action in _ROUTES:
        match = re.fullmatch(f"/v2/(?P<name>.+){path}", request.path)
        if match is None or request.method not in methods:
            continue
        if not grant.layer:
            authorize(grant, action, match["name"])
        repository = _repository(grant, match["name"])
        if action not in _WITHOUT_KEY:
            check_key(repository)
        return handle(request, repository, match.groupdict())
    raise AwsError("UNSUPPORTED", "The operation is unsupported.", status=405)


def _grant(request: Request) -> Grant | None:
    """The grant of the credentials, or of a URL from GetDownloadUrlForLayer."""
    password = request.args.get(TOKEN)
    if password and request.method in ("GET", "HEAD"):
        layer = request.path.rpartition("/blobs/")[2]
        return tokens.grant_of_layer_url(password, layer, now=time.time())
    return tokens.grant_of(request.headers.get("Authorization", ""), now=time.time())


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


def _start_upload(request: Request, repository: Repository, _: dict[str, str]) -> Response:
    wanted, digest = request.args.get("mount"), request.args.get("digest")
    if wanted and mount(repository, wanted, request.args.get("from", "")):
        return _created(repository, wanted)
    upload = BLOBS.begin(repository)
    if digest:
        upload.append(request.body())
        BLOBS.finish(upload, digest)
        return _created(repository, digest)
    request.drain()
    return _upload_progress(202, repository, upload)


def _append(request: Request, repository: Repository, path: dict[str, str]) -> Response:
    upload = BLOBS.upload(repository, path["upload"])
    _receive(request, upload)
    return _upload_progress(202, repository, upload)


def _finish_upload(request: Request, repository: Repository, path: dict[str, str]) -> Response:
    digest = request.args.get("digest", "")
    upload = BLOBS.upload(repository, path["upload"])
    if not DIGEST.fullmatch(digest):
        raise AwsError("DIGEST_INVALID", f"'{digest}' is not a sha256 digest")
    _receive(request, upload)
    BLOBS.finish(upload, digest)
    return _created(repository, digest)


def _receive(request: Request, upload: Upload) -> None:
    sent = request.headers.get("Content-Range", "")
    start = re.fullmatch(r"(?:bytes )?(\d+)-\d+(?:/.*)?", sent)
    if sent and (start is None or int(start[1]) != upload.offset):
        raise AwsError(
            "BLOB_UPLOAD_INVALID",
            f"Invalid layer part upload: got {sent}, the next byte is {upload.offset}",
            status=416,
        )
    upload.append(request.body())


def _upload_status(_: Request, repository: Repository, path: dict[str, str]) -> Response:
    return _upload_progress(204, repository, BLOBS.upload(repository, path["upload"]))


def _cancel_upload(_: Request, repository: Repository, path: dict[str, str]) -> Response:
    BLOBS.cancel(BLOBS.upload(repository, path["upload"]))
    return empty(204)


def _get_blob(_: Request, repository: Repository, path: dict[str, str]) -> Response:
    digest = path["digest"]
    size = str(BLOBS.size(repository, digest))
    headers = {"Content-Length": size, "Docker-Content-Digest": digest}
    return Response(BLOBS.read(digest), headers=headers, content_type="application/octet-stream")


def _put_manifest(request: Request, repository: Repository, path: dict[str, str]) -> Response:
    body = request.content(limit=MANIFEST_LIMIT)
    reference = {"digest" if ":" in path["reference"] else "tag": path["reference"]}
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip()
    image = put_manifest(repository, body, kind, **reference)
    return empty(
        201,
        Location=f"/v2/{repository.name}/manifests/{image.image_digest}",
        Docker_Content_Digest=image.image_digest,
    )


def _get_manifest(_: Request, repository: Repository, path: dict[str, str]) -> Response:
    image = image_of(repository, path["reference"])
    if image is None:
        raise AwsError("MANIFEST_UNKNOWN", "Requested image not found", status=404)
    headers = {"Docker-Content-Digest": image.image_digest}
    kind = image.image_manifest_media_type
    return Response(image.image_manifest, headers=headers, content_type=kind)


def _list_tags(request: Request, repository: Repository, _: dict[str, str]) -> Response:
    tags = sorted(tag for image in repository.images for tag in image.image_tags)
    wanted = [tag for tag in tags if tag > request.args.get("last", "")]
    count = request.args.get("n", "")
    page = wanted[: int(count)] if count.isdecimal() else wanted
    answer = document({"name": repository.name, "tags": page})
    if page and len(page) < len(wanted):
        following = f"/v2/{repository.name}/tags/list?n={count}&last={page[-1]}"
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


def _upload_progress(status: int, repository: Repository, upload: Upload) -> Response:
    return empty(
        status,
        Location=f"/v2/{repository.name}/blobs/uploads/{upload.id}",
        Range=f"0-{max(upload.offset - 1, 0)}",
        Docker_Upload_UUID=upload.id,
    )


def _created(repository: Repository, digest: str) -> Response:
    return empty(
        201,
        Location=f"/v2/{repository.name}/blobs/{digest}",
        Docker_Content_Digest=digest,
    )


_Handler = Callable[[Request, Repository, dict[str, str]], Response]
_BLOB = r"/blobs/(?P<digest>(?!uploads$)[^/]+)"
_UPLOAD = r"/blobs/uploads/(?P<upload>[^/]+)"
_ROUTES: tuple[tuple[tuple[str, ...], str, _Handler, str], ...] = (
    (("GET",), "/tags/list", _list_tags, "ListImages"),
    (("GET", "HEAD"), r"/manifests/(?P<reference>[^/]+)", _get_manifest, "BatchGetImage"),
    (("PUT",), r"/manifests/(?P<reference>[^/]+)", _put_manifest, "PutImage"),
    (("POST",), "/blobs/uploads/?", _start_upload, "InitiateLayerUpload"),
    (("GET",), _UPLOAD, _upload_status, "UploadLayerPart"),
    (("PATCH",), _UPLOAD, _append, "UploadLayerPart"),
    (("PUT",), _UPLOAD, _finish_upload, "CompleteLayerUpload"),
    (("DELETE",), _UPLOAD, _cancel_upload, "UploadLayerPart"),
    (("HEAD",), _BLOB, _get_blob, "BatchCheckLayerAvailability"),
    (("GET",), _BLOB, _get_blob, "GetDownloadUrlForLayer"),
)
"""Methods, path below the repository, handler, and the action of ECR that the request needs.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
"""
