"""The backends that hold moto's resources."""

from collections.abc import Iterator
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.ecr.models import ecr_backends
from moto.s3.models import s3_backends


def backends_in_use(service: str = "") -> Iterator[tuple[str, Any]]:
    """(service, backend) of each account and region in use, of one service or of all."""
    for backends in list(BackendDict._instances):
        if service in ("", backends.service_name):
            for _, _, backend in list(backends.iter_backends()):
                yield backends.service_name, backend


def empty_backends() -> None:
    """Empty all backends; moto's own reset misses some."""
    for _, s3 in backends_in_use("s3"):
        # Closes the temporary files of the objects.
        s3.reset()
    for backends in BackendDict._instances:
        backends.clear()
    BackendDict._instances.clear()
    reset_model_data()


Backends = list[tuple[Any, dict[str, Any]]]
"""Each service's table of backends, and its content by account."""


def all_backends() -> Backends:
    """The backends in use; their copies share what `shared_by_copies` yields."""
    return [(backends, dict(backends)) for backends in BackendDict._instances]


def refill(saved: Backends) -> None:
    """Fill the empty tables of backends with saved ones, and S3's table of buckets."""
    for backends, accounts in saved:
        backends.update(accounts)
        BackendDict._instances.append(backends)
    for account, partitions in s3_backends.items():
        for partition, s3 in partitions.items():
            owner = partition, account
            s3_backends.bucket_accounts.update(dict.fromkeys(s3.buckets, owner))


def shared_by_copies(found: Backends) -> Iterator[object]:
    """The tables of backends, which moto's modules own, and the locks of ECR's backends."""
    for backends, accounts in found:
        yield backends
        if backends is ecr_backends:
            for regions in accounts.values():
                for ecr in regions.values():
                    yield ecr.registry_scanning_configuration_update_lock
