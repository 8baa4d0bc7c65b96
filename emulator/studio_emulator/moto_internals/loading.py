"""Makes moto load its data on first use instead of at import.

At import, moto reads the whole model of each service for its regions, and the instance types and
offerings of all regions.
"""

from collections.abc import Callable
from functools import cache, cached_property
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import UnknownServiceError
from botocore.paginate import PaginatorModel
from botocore.session import Session
from moto.core import utils as core_utils
from moto.core.base_backend import AccountSpecificBackend
from moto.core.utils import get_service_model
from moto.kms import models
from moto.kms.utils import generate_private_key
from moto.utilities import utils

# Moto creates a loader per service, and each loader lists the folders of all services.
core_utils.create_loader = cache(core_utils.create_loader)

_INSTANCE_TYPES = "ec2/resources/instance_types.json"
_OFFERINGS = "ec2/resources/instance_type_offerings"
_SESSION = Session()


@cache
def partition_of(region: str) -> str:
    """`aws`, `aws-cn`, ...; botocore's exception for a region that matches no partition."""
    return str(_SESSION.get_partition_for_region(region))


def paginators_of(service: str) -> PaginatorModel:
    """botocore's paginators of a service."""
    return _SESSION.get_paginator_model(service)


def _endpoints(prefix: str, partition: str) -> list[str]:
    resolver = _SESSION._get_internal_component("endpoint_resolver")
    return list(resolver.get_available_endpoints(prefix, partition))


@cache
def _regions(service: str) -> list[str]:
    """The service's regions in all partitions."""
    try:
        prefix = get_service_model(service).endpoint_prefix
    except UnknownServiceError:
        return []
    return [
        region
        for partition in _SESSION.get_available_partitions()
        for region in _endpoints(prefix, partition)
    ]


class _Offerings(dict[str, Any]):
    """The instance types that each region offers, by region; loaded for one region at a time."""

    def __init__(self, location_type: str) -> None:
        super().__init__()
        self._location_type = location_type

    def __missing__(self, region: str) -> list[dict[str, Any]]:
        try:
            found = utils.load_resource(f"{_OFFERINGS}/{self._location_type}/{region}.json")
        except FileNotFoundError:
            raise KeyError(region) from None
        offered = [{**each, "LocationType": self._location_type} for each in found]
        self[region] = offered
        return offered

    def get(self, region: str, default: Any = None) -> Any:
        try:
            return self[region]
        except KeyError:
            return default


@cache
def _instance_types() -> list[Any]:
    instance_types.INSTANCE_TYPES.update(utils.load_resource(_INSTANCE_TYPES))
    return [instance_types.InstanceType(name) for name in instance_types.INSTANCE_TYPES]


_UNREAD = "emulator_images_unread"


class LoadedOnAccess:
    """An attribute of a backend, which `load` sets or extends before the first access."""

    def __init__(self, name: str, load: Callable[[Any], object]) -> None:
        self.name, self._load = name, load

    def __get__(self, backend: Any, _: type) -> Any:
        self._load(backend)
        return vars(backend)[self.name]

    def __set__(self, backend: Any, value: Any) -> None:
        vars(backend)[self.name] = value


def _add_images(backend: Any) -> None:
    if vars(backend).pop(_UNREAD, False):
        _load_images(backend)


def own_images(backend: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The account's machine images and snapshots; does not load AWS's."""
    if _UNREAD in vars(backend):
        return {}, {}
    images, snapshots = (
        {key: one for key, one in held.items() if one.owner_id == backend.account_id}
        for held in (backend.amis, backend.snapshots)
    )
    return images, snapshots


class _LateKey:
    """A key pair of KMS, generated on first use: moto gives symmetric keys one, too."""

    def __init__(self, spec: str) -> None:
        self._spec = spec

    @cached_property
    def _pair(self) -> Any:
        return generate_private_key(self._spec)

    def sign(self, *args: Any) -> Any:
        return self._pair.sign(*args)

    def verify(self, *args: Any) -> Any:
        return self._pair.verify(*args)

    def public_key(self) -> Any:
        return self._pair.public_key()


_load_resource = utils.load_resource


def _load_others(path: str) -> Any:
    if path == _INSTANCE_TYPES:
        return {}
    return [] if path.startswith(_OFFERINGS) else _load_resource(path)


def _regions_of_ec2(service_name: str, partition_name: str, **_: Any) -> list[str]:
    return _endpoints(service_name, partition_name)


_REGIONS_OF_EC2 = boto3.Session(botocore_session=_SESSION)


with (
    patch.object(utils, "load_resource", _load_others),
    patch.object(boto3, "Session", lambda: _REGIONS_OF_EC2),
    patch.object(_SESSION, "get_available_regions", _regions_of_ec2),
):
    from moto.ec2.models import instance_types
    from moto.ec2.models.amis import AmiBackend
    from moto.ec2.models.elastic_block_store import EBSBackend

_load_images = AmiBackend._load_amis
AmiBackend._load_amis = lambda backend: setattr(backend, _UNREAD, True)
AmiBackend.amis = LoadedOnAccess("amis", _add_images)
EBSBackend.snapshots = LoadedOnAccess("snapshots", _add_images)
models.generate_private_key = _LateKey
AccountSpecificBackend._generate_regions = lambda _, service: _regions(service)
instance_types.InstanceTypeBackend.instance_types = property(lambda _: _instance_types())
for _kind in instance_types.INSTANCE_TYPE_OFFERINGS:
    instance_types.INSTANCE_TYPE_OFFERINGS[_kind] = _Offerings(_kind)
