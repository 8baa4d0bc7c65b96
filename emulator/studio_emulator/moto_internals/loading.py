"""Moto loads what a request needs, not all that it has, when the emulator starts.

Moto reads the whole model of a service to learn the service's regions, and the properties and
offers of all instance types of all regions.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import UnknownServiceError
from botocore.paginate import PaginatorModel
from botocore.session import Session
from moto.core import utils as core_utils
from moto.core.base_backend import AccountSpecificBackend
from moto.core.utils import get_service_model
from moto.utilities import utils

# Moto makes one for each service, which lists the folders of all services.
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
    """The regions of all partitions; of moto's model, which the service's requests need anyway."""
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
    """The instance types that each region offers, by region; read when a region is asked for."""

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


class _InstanceTypes:
    """An attribute of a class: all instance types, read when it is first asked for."""

    def __get__(self, _: Any, _owner: type) -> list[Any]:
        return _instance_types()


@cache
def _instance_types() -> list[Any]:
    instance_types.INSTANCE_TYPES.update(utils.load_resource(_INSTANCE_TYPES))
    return [instance_types.InstanceType(name) for name in instance_types.INSTANCE_TYPES]


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

AccountSpecificBackend._generate_regions = lambda _, service: _regions(service)
instance_types.InstanceTypeBackend.instance_types = _InstanceTypes()
for _kind in instance_types.INSTANCE_TYPE_OFFERINGS:
    instance_types.INSTANCE_TYPE_OFFERINGS[_kind] = _Offerings(_kind)
