"""Every part of moto that the emulator uses, and what for: no other package imports moto.

Moto documents its decorator and its server only, so a new version may change any of these. The
imports that are only passed on:

- `get_backend`, `BaseBackend`: the objects that hold a service's resources, by account and region
- `Role`, `User`, `ManagedPolicy`, `IAMBackend`: whom policies are evaluated for
- `ECRBackend`, `Repository`, `Image`, `ecr_backends`: what a push stores
- `FakeBucket`, `PermissionResult`, `S3Backend`, `s3_backends`: buckets, whose policies are
  evaluated and whose lists are paged here
- `JsonRESTError`, `ServiceException`: how moto refuses
- `get_service_model`, `OperationModel`, `ServiceModel`, `Request`, `BackendRequest`: what a request
  asks for
- `PROTOCOL_PARSERS`, `get_serializer_class`, `get_service_router`, `NotFound`: AWS's protocols, on
  the server's side
- `get_account_id_from`: whose an access key is
- `IAMTrustPolicyDocumentValidator`: the grammar of trust policies
- `RegionsAndZonesBackend`, `AWS_ENDPOINT_SERVICES`: AWS's zones and endpoint services
"""

from __future__ import annotations

# First: how the other modules load.
from studio_emulator.moto_internals import loading as loading  # isort: split

from moto.backends import get_backend
from moto.core.base_backend import BaseBackend
from moto.core.exceptions import JsonRESTError, ServiceException
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request
from moto.core.routing import NotFound, get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.vpcs import AWS_ENDPOINT_SERVICES
from moto.ecr.models import ECRBackend, Image, Repository, ecr_backends
from moto.iam.access_control import PermissionResult
from moto.iam.models import IAMBackend, ManagedPolicy, Role, User, get_account_id_from
from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator
from moto.moto_server.werkzeug_app import BackendRequest
from moto.s3.models import FakeBucket, S3Backend, s3_backends

__all__ = [
    "AWS_ENDPOINT_SERVICES",
    "PROTOCOL_PARSERS",
    "BackendRequest",
    "BaseBackend",
    "ECRBackend",
    "FakeBucket",
    "IAMBackend",
    "IAMTrustPolicyDocumentValidator",
    "Image",
    "JsonRESTError",
    "ManagedPolicy",
    "NotFound",
    "OperationModel",
    "PermissionResult",
    "RegionsAndZonesBackend",
    "Repository",
    "Request",
    "Role",
    "S3Backend",
    "ServiceException",
    "ServiceModel",
    "User",
    "ecr_backends",
    "get_account_id_from",
    "get_backend",
    "get_serializer_class",
    "get_service_model",
    "get_service_router",
    "s3_backends",
]
