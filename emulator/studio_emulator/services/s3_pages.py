"""Pages of S3's lists, which continue after the last key, even if it was deleted.

Moto's ListObjectVersions ends at a marker whose version was deleted, and its ListObjects does not
count common prefixes.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
"""

import json
import math
from typing import Any

from studio_emulator import paging
from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import FakeBucket, S3Backend, s3_backends
from studio_emulator.moto_internals.replacing import replaces
from studio_emulator.moto_internals.s3 import is_delete_marker, issued_tokens

_ALL = 2**31 - 1
_NULL = "null"
_VERSION_TIMES: dict[tuple[str, str, str], float] = {}
"""The creation times of the versions in markers, which may have been deleted."""


def check_page(params: Params, call: Call) -> None:
    """InvalidArgument for a negative number of keys, or a token that S3 did not issue."""
    if params.get("MaxKeys", 0) < 0:
        message = f"Argument max-keys must be an integer between 0 and {_ALL}"
        raise AwsError("InvalidArgument", message)
    token = params.get("ContinuationToken")
    if token and token not in issued_tokens(s3_backends[call.account][call.partition]):
        raise AwsError("InvalidArgument", "The continuation token provided is incorrect")


@replaces(S3Backend, "list_objects")
def _list_objects(
    original: Any,
    s3: S3Backend,
    bucket: FakeBucket,
    prefix: str | None,
    delimiter: str | None,
    marker: str | None,
    max_keys: int | None,
) -> Any:
    keys, folders, *rest = original(s3, bucket, prefix, delimiter, marker=None, max_keys=None)
    if max_keys is None:
        return keys, folders, *rest
    shown, token = paging.page(
        [*keys, *folders],
        key=lambda item: [_name(item)],
        size=max_keys,
        token=json.dumps([marker]) if marker else None,
    )
    # "This element is returned only if you have the delimiter request parameter specified."
    following = _name(shown[-1]) if token and delimiter else None
    found = [item for item in shown if not isinstance(item, str)]
    return found, [item for item in shown if isinstance(item, str)], bool(token), following


@replaces(S3Backend, "list_object_versions")
def _list_versions(
    original: Any,
    s3: S3Backend,
    bucket_name: str,
    delimiter: str | None = None,
    key_marker: str | None = None,
    max_keys: int = 1000,
    prefix: str = "",
    version_id_marker: str | None = None,
) -> Any:
    kept, folders, gone, *_ = original(
        s3, bucket_name, delimiter=delimiter, max_keys=_ALL, prefix=prefix
    )
    items = [*kept, *gone, *folders]
    token = None
    if version_id_marker:
        times = _VERSION_TIMES | {_identity(bucket_name, item): _time(item) for item in items}
        time = times.get((bucket_name, key_marker or "", version_id_marker))
        if time is None:
            raise AwsError("InvalidArgument", "Invalid version id specified")
        token = json.dumps([key_marker, -time, version_id_marker])
    elif key_marker:
        token = json.dumps([key_marker, math.inf, ""])
    shown, following = paging.page(items, key=_position, size=max_keys, token=token)
    next_key = next_version = None
    if following:
        last = shown[-1]
        next_key = _name(last)
        if not isinstance(last, str):
            next_version = _version(last)
            _VERSION_TIMES[_identity(bucket_name, last)] = _time(last)
    objects = [item for item in shown if not isinstance(item, str)]
    return (
        [item for item in objects if not is_delete_marker(item)],
        [item for item in shown if isinstance(item, str)],
        [item for item in objects if is_delete_marker(item)],
        next_key,
        next_version,
    )


def _name(item: Any) -> str:
    """The key of an object or a version; a common prefix itself."""
    return item if isinstance(item, str) else str(item.name)


def _version(item: Any) -> str:
    return _NULL if isinstance(item, str) else str(item.version_id or _NULL)


def _time(item: Any) -> float:
    return math.inf if isinstance(item, str) else float(item.last_modified.timestamp())


def _identity(bucket: str, item: Any) -> tuple[str, str, str]:
    return bucket, _name(item), _version(item)


def _position(item: Any) -> list[Any]:
    """By name, the newest version first."""
    return [_name(item), -_time(item), _version(item)]


check_list_object_versions = check_list_objects = check_list_objects_v2 = check_page
