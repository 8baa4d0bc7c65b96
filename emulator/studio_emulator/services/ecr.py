"""ECR: the registry's address and tokens, uploads, and checks that moto does not have."""

import base64
import json
from typing import Any
from urllib.parse import urlsplit

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam.policy import statements
from studio_emulator.moto_internals import Repository
from studio_emulator.moto_internals.resources import image_in, repository_named
from studio_emulator.registry import scan, tokens
from studio_emulator.registry.blobs import BLOBS, Upload
from studio_emulator.registry.images import check_key, image_of, in_an_index, put_manifest
from studio_emulator.registry.server import TOKEN
from studio_emulator.services import key_states, lifecycle_policies, principals

_PART_BYTES = 10 * 1024 * 1024


def get_authorization_token(params: Params, call: Call) -> Answer:
    """A token for each requested registry, valid for 12 hours of real time."""
    entries = []
    for account in params.get("registryIds") or [call.account]:
        password, grant = _token(account, call)
        entries.append(
            {
                "authorizationToken": base64.b64encode(
                    f"{tokens.USER}:{password}".encode()
                ).decode(),
                "expiresAt": grant.expires,
                "proxyEndpoint": call.endpoint_url,
            }
        )
    return {"authorizationData": entries}


def _token(registry: str, call: Call, *, layer: str = "") -> tuple[str, tokens.Grant]:
    return tokens.issue(
        registry,
        call.region,
        now=call.clock.now(),
        access_key=call.access_key,
        caller=call.caller_arn,
        layer=layer,
    )


def put_image(params: Params, call: Call) -> Answer:
    """Store a manifest of blobs, or of images, that the repository has."""
    repository = _repository(params, call)
    body = params["imageManifest"].encode()
    tag = params.get("imageTag")
    media_type = params.get("imageManifestMediaType") or _declared_media_type(body)
    known = image_of(repository, tag) if tag else None
    if known and known.image_manifest.encode() == body and not repository.is_tag_immutable():
        raise AwsError(
            "ImageAlreadyExistsException",
            f"Image with digest '{known.image_digest}' and tag '{tag}' already exists in the "
            f"repository with name '{repository.name}' in registry with id "
            f"'{repository.registry_id}'",
        )
    image = put_manifest(repository, body, media_type, tag=tag, digest=params.get("imageDigest"))
    return {
        "image": {
            "registryId": repository.registry_id,
            "repositoryName": repository.name,
            "imageId": {"imageDigest": image.image_digest} | ({"imageTag": tag} if tag else {}),
            "imageManifest": image.image_manifest,
            "imageManifestMediaType": image.image_manifest_media_type,
        }
    }


def initiate_layer_upload(params: Params, call: Call) -> Answer:
    """Begin the upload of a blob."""
    upload = BLOBS.begin(_repository(params, call))
    return {"uploadId": upload.id, "partSize": _PART_BYTES}


def upload_layer_part(params: Params, call: Call) -> Answer:
    """Append bytes to a blob."""
    upload = _upload(params, call)
    if params["partFirstByte"] != upload.offset:
        raise AwsError(
            "InvalidLayerPartException",
            f"The layer part's first byte is {params['partFirstByte']}, not {upload.offset}",
        )
    upload.append([params["layerPartBlob"]])
    return {"uploadId": upload.id, "lastByteReceived": upload.offset - 1}


def complete_layer_upload(params: Params, call: Call) -> Answer:
    """Turn an upload into a blob; AwsError for an existing blob or another digest."""
    upload, (digest,) = _upload(params, call), params["layerDigests"]
    if digest in upload.repository.layers:
        BLOBS.cancel(upload)
        raise AwsError(
            "LayerAlreadyExistsException",
            f"Layer with digest '{digest}' already exists in the repository",
        )
    try:
        BLOBS.finish(upload, digest)
    except AwsError as refused:
        raise AwsError("InvalidLayerException", str(refused)) from None
    return {"uploadId": upload.id, "layerDigest": digest}


def _upload(params: Params, call: Call) -> Upload:
    try:
        return BLOBS.upload(_repository(params, call), params["uploadId"])
    except AwsError as refused:
        raise AwsError("UploadNotFoundException", str(refused)) from None


def batch_delete_image(params: Params, call: Call) -> Answer:
    """Delete images by digest, or tags; an image without a tag is deleted, too."""
    repository = _repository(params, call)
    deleted: list[dict[str, str]] = []
    failures: list[dict[str, Any]] = []
    for wanted in params["imageIds"]:
        tag, digest = wanted.get("imageTag"), wanted.get("imageDigest")
        image = image_of(repository, digest or tag) if digest or tag else None
        by_tag = tag is not None and digest is None
        if not (digest or tag):
            failures.append(_failure(wanted, "MissingDigestAndTag", "both are missing"))
        elif image is None or (tag and tag not in image.image_tags):
            failures.append(_failure(wanted, "ImageNotFound", "Requested image not found"))
        elif not (by_tag and len(image.image_tags) > 1) and in_an_index(repository, image):
            reason = "Requested image referenced by manifest list"
            failures.append(_failure(wanted, "ImageReferencedByManifestList", reason))
        else:
            gone = [tag] if by_tag else list(image.image_tags)
            identity = {"imageDigest": image.image_digest}
            deleted += [{**identity, "imageTag": name} for name in gone] or [identity]
            for name in gone:
                image.remove_tag(name)
            if not image.image_tags:
                repository.images.remove(image)
    # The model does not allow an empty list.
    return ({"imageIds": deleted} if deleted else {}) | {"failures": failures}


def get_download_url_for_layer(params: Params, call: Call) -> Answer:
    """A URL of the layer that needs no credentials, like S3's presigned URLs."""
    repository, digest = _repository(params, call), params["layerDigest"]
    if digest not in repository.layers:
        raise AwsError(
            "LayersNotFoundException",
            f"The layer with digest '{digest}' does not exist in the repository with name "
            f"'{repository.name}' in registry with id '{repository.registry_id}'",
        )
    password, _ = _token(call.account, call, layer=digest)
    path = f"/v2/{repository.name}/blobs/{digest}?{TOKEN}={password}"
    return {"downloadUrl": f"{call.endpoint_url}{path}", "layerDigest": digest}


def amend_describe_image_scan_findings(params: Params, call: Call, answer: Answer) -> Answer:
    """Set the status of an image's last scan, and its findings if it is complete."""
    wanted = params["imageId"]
    repository, digest = _repository(params, call), answer["imageId"]["imageDigest"]
    begun = image_in(repository, wanted.get("imageTag"), digest).last_scan
    findings = {"imageScanFindings": scan.findings(begun)} if scan.complete(begun) else {}
    return {
        "registryId": repository.registry_id,
        "repositoryName": repository.name,
        "imageId": {**wanted, "imageDigest": digest},
        "imageScanStatus": scan.status(begun),
        **findings,
    }


def amend_create_repository(params: Params, call: Call, answer: Answer) -> Answer:
    """Set a new repository's URI to the emulator's address."""
    repository = _repository(params, call)
    repository.uri = f"{urlsplit(call.endpoint_url).netloc}/{repository.name}"
    return {"repository": {**answer["repository"], "repositoryUri": repository.uri}}


def amend_put_image_scanning_configuration(params: Params, call: Call, answer: Answer) -> Answer:
    """`scanOnPush` defaults to false: Terraform's provider omits it then."""
    given = {"scanOnPush": False, **params["imageScanningConfiguration"]}
    _repository(params, call).image_scanning_configuration = given
    return answer | {"imageScanningConfiguration": given}


def check_create_repository(params: Params, call: Call) -> None:
    """The KMS key must exist in the account and be enabled: ECR creates a grant for it."""
    key = params.get("encryptionConfiguration", {}).get("kmsKey")
    if not key or key.startswith(key_states.AWS_ALIASES):
        return
    held = key_states.named(key, call)
    if held is None or held.key_state != "Enabled":
        raise AwsError("KmsException", f"Key '{key}' does not exist or is not enabled")


def check_repository_key(params: Params, call: Call) -> None:
    check_key(_repository(params, call))


def amend_batch_get_image(params: Params, call: Call, answer: Answer) -> Answer:
    """BatchGetImage: the failure of each image whose repository has a key that is not enabled."""
    try:
        check_repository_key(params, call)
    except AwsError as refused:
        failures = [
            _failure(image["imageId"], "KmsError", refused.message) for image in answer["images"]
        ]
        return {"images": [], "failures": answer.get("failures", []) + failures}
    return answer


def check_put_lifecycle_policy(params: Params, call: Call) -> None:
    """The repository must exist, and the policy must match ECR's schema."""
    _repository(params, call)
    lifecycle_policies.check(params["lifecyclePolicyText"])


def check_set_repository_policy(params: Params, call: Call) -> None:
    """The repository and the principals must exist; moto checks the rest."""
    _repository(params, call)
    try:
        parsed = statements(params["policyText"])
    except ValueError:
        return
    if principals.absent(parsed, call):
        raise AwsError(
            "InvalidParameterException",
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'",
        )


def _repository(params: Params, call: Call) -> Repository:
    return repository_named(call.backend("ecr"), params["repositoryName"], params.get("registryId"))


def _declared_media_type(manifest: bytes) -> str:
    try:
        return str(json.loads(manifest)["mediaType"])
    except (ValueError, KeyError, TypeError):
        return ""


def _failure(image_id: dict[str, str], code: str, reason: str) -> dict[str, Any]:
    return {"imageId": image_id, "failureCode": code, "failureReason": reason}


check_complete_layer_upload = check_initiate_layer_upload = check_repository_key
check_put_image = check_upload_layer_part = check_repository_key
