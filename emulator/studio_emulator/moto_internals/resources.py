"""Private parts of the resources of ECR, KMS, CloudWatch Logs, SageMaker and Systems Manager."""

import struct
from collections.abc import Mapping
from typing import Any

from moto.ecr.models import ECRBackend, Image, Repository
from moto.kms.models import KmsBackend
from moto.kms.utils import _deserialize_ciphertext_blob
from moto.logs.utils import EventMessageFilter

from studio_emulator.moto_internals.replacing import replaces


def repository_named(ecr: ECRBackend, name: str, registry_id: str | None) -> Repository:
    """The repository, or moto's ServiceException in ECR's words."""
    return ecr._get_repository(name, registry_id)


def image_in(repository: Repository, tag: str | None, digest: str | None) -> Image:
    """The image by tag or digest, or moto's ServiceException in ECR's words."""
    return repository._get_image(tag, digest)


def sagemaker_resource(sagemaker: Any, arn: str) -> Any:
    """The resource of moto's SageMaker with that ARN; None if there is none."""
    try:
        return sagemaker._get_resource_from_arn(arn)
    except (AttributeError, ValueError):
        return None


def own_documents(ssm: Any) -> Mapping[str, Any]:
    """The account's documents of Systems Manager, by name."""
    found: Mapping[str, Any] = ssm._documents
    return found


def parameters(ssm: Any) -> Mapping[str, Any]:
    """The parameters of Systems Manager by name, including AWS's public ones."""
    found: Mapping[str, Any] = ssm._parameters
    return found


def kms_key(kms: Any, key_id: str) -> Any:
    """The key of an id, an ARN, an alias or an alias's ARN, if any."""
    try:
        return kms.keys.get(kms.any_id_to_key_id(key_id))
    except (AttributeError, KeyError):
        return None


@replaces(KmsBackend, "cancel_key_deletion")
@replaces(KmsBackend, "disable_key")
@replaces(KmsBackend, "enable_key")
@replaces(KmsBackend, "schedule_key_deletion")
def _change_state(original: Any, kms: KmsBackend, key_id: str, *args: Any) -> Any:
    """Support a key's ARN, as moto's other operations do."""
    return original(kms, kms.get_key_id(key_id), *args)


def key_id_of_ciphertext(blob: bytes) -> str | None:
    """The id of the key that encrypted a blob; None if the blob is not valid."""
    try:
        return str(_deserialize_ciphertext_blob(blob).key_id)
    except (struct.error, ValueError):
        return None


def matches_pattern(message: str, pattern: str) -> bool:
    """Whether a log event matches a filter pattern of CloudWatch Logs."""
    return bool(EventMessageFilter(pattern).matches(message))
