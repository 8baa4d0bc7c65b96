"""Every part of moto that the emulator uses: no other package imports moto.

Moto documents only its decorator and its server, so a new version may change any of these parts.
This module re-exports the parts that the emulator uses unchanged.
"""

# First, because it changes how moto's other modules load.
from studio_emulator.moto_internals import loading as loading  # isort: split

from moto.backends import get_backend as get_backend
from moto.core.base_backend import BaseBackend as BaseBackend
from moto.core.exceptions import JsonRESTError as JsonRESTError
from moto.core.exceptions import ServiceException as ServiceException
from moto.core.model import OperationModel as OperationModel
from moto.core.model import ServiceModel as ServiceModel
from moto.core.parse import PROTOCOL_PARSERS as PROTOCOL_PARSERS
from moto.core.request import Request as Request
from moto.core.routing import NotFound as NotFound
from moto.core.routing import get_service_router as get_service_router
from moto.core.serialize import get_serializer_class as get_serializer_class
from moto.core.utils import get_service_model as get_service_model
from moto.ec2.models.availability_zones_and_regions import (
    RegionsAndZonesBackend as RegionsAndZonesBackend,
)
from moto.ec2.models.vpcs import AWS_ENDPOINT_SERVICES as AWS_ENDPOINT_SERVICES
from moto.ecr.models import ECRBackend as ECRBackend
from moto.ecr.models import Image as Image
from moto.ecr.models import Repository as Repository
from moto.ecr.models import ecr_backends as ecr_backends
from moto.ecr.policy_validation import EcrLifecyclePolicyValidator as EcrLifecyclePolicyValidator
from moto.iam.models import IAMBackend as IAMBackend
from moto.iam.models import ManagedPolicy as ManagedPolicy
from moto.iam.models import Role as Role
from moto.iam.models import User as User
from moto.iam.models import get_account_id_from as get_account_id_from
from moto.iam.policy_validation import (
    IAMTrustPolicyDocumentValidator as IAMTrustPolicyDocumentValidator,
)
from moto.moto_server.werkzeug_app import BackendRequest as BackendRequest
from moto.s3.models import FakeBucket as FakeBucket
from moto.s3.models import S3Backend as S3Backend
from moto.s3.models import s3_backends as s3_backends
