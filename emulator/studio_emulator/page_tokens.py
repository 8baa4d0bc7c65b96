"""The page tokens that clients see: opaque, and valid only for the request that they continue.

Inside the emulator, the token of a page is its last key; see `paging`.
"""

import hashlib
import json
import secrets
from collections import OrderedDict

from studio_emulator.call import Answer, Params
from studio_emulator.errors import AwsError
from studio_emulator.paginators import members_of
from studio_emulator.protocol import Operation

_INVALID = {
    "ec2": ("InvalidParameterValue", "Invalid value for NextToken."),
    "ecr": ("InvalidParameterException", "Invalid parameter at 'nextToken'."),
    "efs": ("BadRequest", "The marker is not valid."),
    "iam": ("ValidationError", "Invalid Marker."),
    "kms": ("InvalidMarkerException", "The marker is not valid."),
    "logs": ("InvalidParameterException", "The specified nextToken is invalid."),
    "resourcegroupstaggingapi": (
        "PaginationTokenExpiredException",
        "The pagination token is not valid.",
    ),
    "sagemaker": ("ValidationException", "Invalid pagination token."),
    "service-quotas": ("InvalidPaginationTokenException", "Invalid token was used."),
    "ssm": ("InvalidNextToken", "The specified token is not valid."),
}
_KEPT = 100_000
_ISSUED: OrderedDict[str, tuple[str, str]] = OrderedDict()
"""The request and the last key of each token."""


def replace_token(operation: Operation, params: Params) -> Params:
    """The parameters with the last key in place of its token.

    AwsError if the emulator did not issue the token for this request. An empty token starts with
    the first page: sagemaker-ssh-helper's client sends it.
    """
    members = members_of(operation)
    if members is None or members.token not in params:
        return params
    rest = {name: value for name, value in params.items() if name != members.token}
    token = params[members.token]
    if not token:
        return rest
    request, key = _ISSUED.get(token, ("", ""))
    if request != _request(operation, params):
        raise AwsError(*_INVALID[operation.service])
    return rest | {members.token: key}


def issue_token(operation: Operation, params: Params, answer: Answer) -> Answer:
    """The response with a token in place of its last key, if it has one."""
    members = members_of(operation)
    key = answer.get(members.next_token) if members is not None else None
    if members is None or not key:
        return dict(answer)
    # Every service's pattern for tokens allows these characters.
    token = secrets.token_hex(32)
    _ISSUED[token] = (_request(operation, params), key)
    if len(_ISSUED) > _KEPT:
        _ISSUED.popitem(last=False)
    return {**answer, members.next_token: token}


def _request(operation: Operation, params: Params) -> str:
    """A hash of all parameters except the token and the size of a page."""
    members = members_of(operation)
    assert members is not None
    same = {k: v for k, v in params.items() if k not in (members.token, members.limit)}
    text = json.dumps([operation.service, operation.name, same], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
