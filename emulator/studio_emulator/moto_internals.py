"""Every part of moto that the emulator uses, and what for: no other module imports moto.

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

import json
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, wraps
from typing import Any

from moto.backends import get_backend
from moto.core import responses
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import JsonRESTError, ServiceException
from moto.core.model import OperationModel, ServiceModel
from moto.core.model_instances import reset_model_data
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request
from moto.core.routing import NotFound, get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model, method_names_from_class
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.route_tables import Route
from moto.ec2.models.vpcs import AWS_ENDPOINT_SERVICES, VPCEndPoint
from moto.ecr.models import ECRBackend, Image, Repository, ecr_backends
from moto.iam.access_control import PermissionResult
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import (
    AWSManagedPolicy,
    IAMBackend,
    ManagedPolicy,
    Role,
    User,
    get_account_id_from,
)
from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator
from moto.kms.utils import _deserialize_ciphertext_blob
from moto.logs.utils import EventMessageFilter
from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    create_backend_app,
)
from moto.s3.models import (
    FakeBucket,
    FakeDeleteMarker,
    PublicAccessBlock,
    S3Backend,
    s3_backends,
)

from studio_emulator import paging

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
    "Moto",
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


class Moto(DomainDispatcherApplication):  # type: ignore[misc]
    """Moto's server; caches the service of each host, for which moto searches its folders."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._backends: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        if host not in self._backends:
            self._backends[host] = super().get_backend_for_host(host)
        return self._backends[host]


def backends_in_use(service: str = "") -> Iterator[tuple[str, Any]]:
    """(service, backend) of every account and region that has been used, of all services or one."""
    for backends in list(BackendDict._instances):
        if service in ("", backends.service_name):
            for _, _, backend in list(backends.iter_backends()):
                yield backends.service_name, backend


def forget_everything() -> None:
    """Empty all backends; `moto.server`'s own reset leaves some of them."""
    for _, s3 in backends_in_use("s3"):
        # Only the backend's own reset closes the temporary files of objects.
        s3.reset()
    for backends in BackendDict._instances:
        backends.clear()
    BackendDict._instances.clear()
    reset_model_data()


Held = list[tuple[Any, dict[str, Any]]]
"""Each service's table of backends in use, and what it holds, by account."""


def held_backends() -> Held:
    """All backends; a copy of them shares what `uncopied` yields."""
    return [(backends, dict(backends)) for backends in BackendDict._instances]


def hold_backends(held: Held) -> None:
    """Fill the empty tables of backends again."""
    for backends, accounts in held:
        backends.update(accounts)
        BackendDict._instances.append(backends)


def uncopied(held: Held) -> Iterator[object]:
    """The tables of backends, which moto's modules own, and the lock of ECR's backends."""
    for backends, accounts in held:
        yield backends
        if backends is ecr_backends:
            for regions in accounts.values():
                for ecr in regions.values():
                    yield ecr.registry_scanning_configuration_update_lock


def subnets_of(route_table: Any) -> list[str]:
    """The subnets that are associated with a route table: one is refused to a second table."""
    return list(route_table._associations.values())


def peering_status(connection: Any) -> str:
    """The status of a VPC peering connection: an ended one is not in the inventory."""
    return str(connection._status.code)


def set_groups(interface: Any, groups: Sequence[Any]) -> None:
    """Replace the security groups of a network interface that a service manages."""
    interface._group_set = list(groups)


def lacks_own_address(interface: Any) -> bool:
    """Whether the interface's address is outside its subnet: moto takes random ones."""
    return interface.private_ip_address not in interface.subnet._subnet_ips


def interface_of(nat_gateway: Any) -> Any:
    """A NAT gateway's network interface, which outlives the gateway in moto."""
    return nat_gateway._eni


def show_blackholes() -> None:
    """Let the state of a route be `blackhole` where its target is gone; moto's is `active`.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
    """

    def state(route: Route) -> str:
        ec2 = route.route_table.ec2_backend
        gateway, nat, interface = route.gateway, route.nat_gateway, route.interface
        if gateway is not None and gateway.id.startswith("igw-"):
            attached = gateway.id in ec2.internet_gateways and gateway.vpc is not None
            return "active" if attached else "blackhole"
        if nat is not None and nat.state in ("deleting", "deleted", "failed"):
            return "blackhole"
        if interface is not None and interface.id not in ec2.enis:
            return "blackhole"
        if route.transit_gateway is not None:
            gateways = ec2.transit_gateways
            return "active" if route.transit_gateway.id in gateways else "blackhole"
        if route.vpc_pcx is not None and peering_status(route.vpc_pcx) in ("deleted", "expired"):
            return "blackhole"
        return "active"

    Route.state = property(state)


def read_handlers_once() -> None:
    """List the methods that handle a service's operations once; moto does for each request."""
    responses.method_names_from_class = cache(method_names_from_class)


def find_endpoints_by_id() -> None:
    """Let DescribeVpcEndpoints filter by `vpc-endpoint-id`."""
    original = VPCEndPoint.get_filter_value

    @wraps(original)
    def value(endpoint: VPCEndPoint, filter_name: str, method_name: str | None = None) -> Any:
        if filter_name == "vpc-endpoint-id":
            return endpoint.id
        return original(endpoint, filter_name, method_name)

    VPCEndPoint.get_filter_value = value


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
    """The account's own documents of Systems Manager, by name."""
    found: Mapping[str, Any] = ssm._documents
    return found


def parameters(ssm: Any) -> Mapping[str, Any]:
    """The parameters of Systems Manager, AWS's public ones too, by name."""
    found: Mapping[str, Any] = ssm._parameters
    return found


def key_id_of_ciphertext(blob: bytes) -> str | None:
    """The id of the key that encrypted a blob: KMS checks its state before it decrypts."""
    try:
        return str(_deserialize_ciphertext_blob(blob).key_id)
    except (struct.error, ValueError):
        return None


def is_delete_marker(version: Any) -> bool:
    """Whether a version of an object is a delete marker."""
    return isinstance(version, FakeDeleteMarker)


def matches_pattern(message: str, pattern: str) -> bool:
    """Whether a log event matches a filter pattern, of those that moto knows."""
    return bool(EventMessageFilter(pattern).matches(message))


def issued_tokens(s3: S3Backend) -> Mapping[str, str]:
    """The last key that each continuation token of S3 stands for."""
    found: Mapping[str, str] = s3._pagination_tokens
    return found


def set_bucket_permission(decide: Callable[[FakeBucket, str, str], PermissionResult]) -> None:
    """Evaluate bucket policies with `decide` (bucket, action, resource): moto skips conditions."""
    FakeBucket.get_permission = decide


@cache
def give_buckets_the_defaults_of_2023() -> None:
    """Create buckets with encryption, blocked public access and no ACLs, as S3 does since 2023.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
    """
    original, put_object = FakeBucket.__init__, S3Backend.put_object

    @wraps(original)
    def create(bucket: FakeBucket, *args: Any, **kwargs: Any) -> None:
        original(bucket, *args, **kwargs)
        bucket.encryption = {"Rule": encryption_by_default()}
        bucket.public_access_block = PublicAccessBlock(True, True, True, True)
        bucket.ownership_rule = "BucketOwnerEnforced"

    @wraps(put_object)
    def put(backend: S3Backend, bucket_name: str, *args: Any, **kwargs: Any) -> Any:
        rule = backend.get_bucket(bucket_name).encryption["Rule"]
        chosen = rule["ApplyServerSideEncryptionByDefault"]
        if not kwargs.get("encryption"):
            kwargs["encryption"] = chosen["SSEAlgorithm"]
            kwargs["kms_key_id"] = chosen.get("KMSMasterKeyID")
        return put_object(backend, bucket_name, *args, **kwargs)

    FakeBucket.__init__ = create
    S3Backend.put_object = put


def encryption_by_default() -> dict[str, Any]:
    """A bucket's default encryption rule, as moto stores it."""
    return {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": "false",
    }


def page_iam_by_name() -> None:
    """List roles and policies with markers that continue after a name: moto's are offsets."""

    def page(items: Iterable[Any], prefix: str | None, marker: str | None, size: int) -> Any:
        return paging.page(
            (item for item in items if item.path.startswith(prefix or "/")),
            key=lambda item: [item.name, item.arn],
            size=size,
            # Moto's stand-in for no marker.
            token=None if marker == "0" else marker,
        )

    def list_roles(
        iam: IAMBackend,
        path_prefix: str | None = None,
        marker: str | None = None,
        max_items: Any = None,
    ) -> Any:
        return page(iam.roles.values(), path_prefix, marker, int(max_items or 100))

    def filter_policies(
        _: IAMBackend, policies: Any, marker: str | None, max_items: int, path_prefix: str
    ) -> Any:
        return page(policies, path_prefix, marker, max_items)

    IAMBackend.list_roles = list_roles
    IAMBackend._filter_attached_policies = filter_policies


class _Late:
    """An attribute that is created on first access; None means not yet.

    Moto has a backend for each of the six partitions of an account, and searches each for the
    access key of a request.
    """

    def __init__(self, name: str, make: Callable[[Any], Any]) -> None:
        self.name, self._make = name, make

    def __get__(self, backend: Any, _: type) -> Any:
        if vars(backend).get(self.name) is None:
            vars(backend)[self.name] = self._make(backend)
        return vars(backend)[self.name]

    def __set__(self, backend: Any, value: Any) -> None:
        vars(backend)[self.name] = value


def install_managed_policies() -> None:
    """Give accounts AWS's managed policies on first access: moto takes a second to load them."""
    for late in (_Late("aws_managed_policies", _policies), _Late("managed_policies", _by_arn)):
        setattr(IAMBackend, late.name, late)
    IAMBackend._init_aws_policies = IAMBackend._init_managed_policies = lambda _: None


def _by_arn(backend: Any) -> dict[str, Any]:
    return {policy.arn: policy for policy in backend.aws_managed_policies}


def _policies(backend: Any) -> list[Any]:
    policies = []
    for prototype in _prototypes():
        # The constructor would add it to the list behind moto's dashboard.
        policy = object.__new__(AWSManagedPolicy)
        vars(policy).update(vars(prototype))
        policy.account_id = backend.account_id
        policy.partition = backend.partition
        policy.tags = {}
        policies.append(policy)
    return policies


@cache
def _prototypes() -> list[Any]:
    """Loaded once; a backend copies the members that it changes."""
    return [
        AWSManagedPolicy.from_data(name, "aws", "aws", data)
        for name, data in json.loads(aws_managed_policies_data).items()
    ]
