"""The page tokens that clients see: opaque, and valid only for the request that they continue.

Inside the emulator, the token of a page is its last key; see `paging`.
"""

import hashlib
import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache

from studio_emulator.call import Answer, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import get_service_model
from studio_emulator.moto_internals.loading import paginators_of
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
    if request != _request(operation, params, members):
        raise AwsError(*_INVALID[operation.service])
    return rest | {members.token: key}


def issue_token(operation: Operation, params: Params, answer: Answer) -> Answer:
    """The response with a token in place of its last key, if it has one."""
    members = members_of(operation)
    if members is None or not answer.get(members.next_token):
        return dict(answer)
    # Every service's pattern for tokens allows these characters.
    token = secrets.token_hex(32)
    _ISSUED[token] = _request(operation, params, members), answer[members.next_token]
    if len(_ISSUED) > _KEPT:
        _ISSUED.popitem(last=False)
    return {**answer, members.next_token: token}


@dataclass(frozen=True, kw_only=True)
class Members:
    """The names of the members for paging in request and response: "" for none.

    limit: the size of a page. items: the lists that share a page, () if they are not at the top
    level of the response. more: whether there is another page.
    """

    token: str
    limit: str
    next_token: str
    items: tuple[str, ...]
    more: str


def members_of(operation: Operation) -> Members | None:
    """From botocore's paginators; None for an operation without pages."""
    return of_service(operation.service).get(operation.name)


@cache
def of_service(service: str) -> dict[str, Members]:
    """By operation; none of S3, whose clients may use any key as a marker.

    Loaded on first use, because the models are large.
    """
    found: dict[str, Members] = {}
    if service == "s3":
        return found
    paginators = paginators_of(service)
    for name in get_service_model(service).operation_names:
        try:
            config = paginators.get_paginator(name)
        except ValueError:
            continue
        token, next_token = config["input_token"], config["output_token"]
        if isinstance(token, str) and isinstance(next_token, str):
            lists = config["result_key"]
            items = (lists,) if isinstance(lists, str) else tuple(lists)
            found[name] = Members(
                token=token,
                limit=config.get("limit_key", ""),
                next_token=next_token,
                items=items if all(map(str.isalnum, items)) else (),
                more=config.get("more_results", ""),
            )
    return found


def _request(operation: Operation, params: Params, members: Members) -> str:
    """A hash of all parameters except the token and the size of a page."""
    same = {k: v for k, v in params.items() if k not in (members.token, members.limit)}
    text = json.dumps([operation.service, operation.name, same], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
