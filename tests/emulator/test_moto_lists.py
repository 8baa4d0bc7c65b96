"""Pages of every list that moto returns, with generated responses in place of moto's."""

import itertools
import time
from importlib import import_module
from typing import Any

import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.model import Shape
from botocore.utils import ArgumentGenerator

from studio_emulator import model, moto_lists, page_tokens, protocol, services
from studio_emulator.moto_internals import get_service_model
from studio_emulator.moto_internals.client import Moto
from studio_emulator.protocol import Operation, write_response
from studio_emulator.server import Emulator
from studio_emulator.wsgi import Reply
from tests.emulator.samples import code_of


def implemented(service: str, operation: str) -> bool:
    """Whether a class of moto's responses has a method of the operation's name."""
    module = import_module(f"moto.{service.replace('-', '')}.responses")
    return any(hasattr(each, xform_name(operation)) for each in vars(module).values())


SERVICES = ("ec2", "ecr", "efs", "iam", "kms", "logs", "sagemaker", "service-quotas", "ssm")


def lists_by_moto(service: str) -> list[str]:
    """The operations; read in a test, because the models are large."""
    return [
        operation
        for operation, members in page_tokens.of_service(service).items()
        if members.items
        and members.limit
        and services.function_of(service, operation) is None
        and not operation.startswith(moto_lists.PAGED_BY_NAME)
        and implemented(service, operation)
    ]


REFUSED = ("Invalid", "Validation", "BadRequest", "PaginationToken")
"""The first words of the errors for a token."""
_DEEPEST = 3
_COUNTER = itertools.count(1)


class Samples(ArgumentGenerator):  # type: ignore[misc]
    """Values of shapes, with strings that occur once."""

    def _generate_skeleton(self, shape: Shape, stack: list[str], name: str = "") -> Any:
        if shape.type_name == "string":
            return f"{next(_COUNTER):06d}"
        if len(stack) > _DEEPEST or getattr(shape, "is_tagged_union", False):
            return None
        return super()._generate_skeleton(shape, stack, name)


def sample(shape: Shape) -> Any:
    return Samples().generate_skeleton(shape)


class Listed:
    """A list that replaces moto's, with items that can be deleted."""

    def __init__(self, client: Any, service: str, operation: str, count: int = 0) -> None:
        self.members = page_tokens.of_service(service)[operation]
        self._lists = self.members.items
        self._model = get_service_model(service).operation_model(operation)
        self._operation = Operation(service=service, model=self._model, path_members={})
        self._client = client
        request = self._model.input_shape
        limits = request.members[self.members.limit].metadata
        self.least = limits.get("min", 1)
        self._required = {name: sample(request.members[name]) for name in request.required_members}
        lists = itertools.cycle(self._lists)
        members = self._model.output_shape.members
        self.items = [
            (name, sample(members[name].member))
            for _, name in zip(range(count or 2 * self.least + 1), lists, strict=False)
        ]

    def reply(self, *_: Any) -> Reply:
        answer = {name: [each for of, each in self.items if of == name] for name in self._lists}
        return write_response(self._operation, answer)

    def page(self, **asked: Any) -> tuple[list[Any], str | None]:
        """The items and the token of a page."""
        answer = self._client._make_api_call(self._operation.name, {**self._required, **asked})
        shown = [(name, each) for name in self._lists for each in answer.get(name, [])]
        return shown, answer.get(self.members.next_token)

    def other_parameter(self) -> dict[str, Any]:
        """Another value for a parameter of the request, or {}."""
        for name, shape in self._model.input_shape.members.items():
            free = shape.type_name == "string" and not shape.metadata.keys() & {"enum", "pattern"}
            if free and name != self.members.token:
                return {name: sample(shape)}
        return {}


def walk(listed: Listed, shown: list[Any], token: str | None, **asked: Any) -> list[list[Any]]:
    """The pages of a list from the first, while each listed item is deleted."""
    pages = [shown]
    while token is not None:
        for name, _ in pages[-1]:
            listed.items.remove(next(each for each in listed.items if each[0] == name))
        shown, token = listed.page(**asked, **{listed.members.token: token})
        pages.append(shown)
    return pages


def test_services_with_lists_of_moto() -> None:
    assert tuple(sorted(filter(lists_by_moto, protocol.SERVICES.values()))) == SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_every_paginated_list_of_moto(
    aws: Emulator, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations = lists_by_moto(service)
    monkeypatch.setattr(services, "function_of", lambda *_: None)
    monkeypatch.setattr(model, "validate_request", lambda *_: None)
    client = aws.client(service, config=Config(parameter_validation=False))
    for operation in operations:
        listed = Listed(client, service, operation)
        monkeypatch.setattr(Moto, "sender", lambda *_, of=listed: of.reply)
        limit, token = listed.members.limit, listed.members.token
        size = {limit: listed.least}
        shown, first = listed.page(**size)
        assert first is not None, operation
        if other := listed.other_parameter():
            code = code_of(listed.page, **size, **other, **{token: first})
            assert code.startswith(REFUSED), operation
        pages = walk(listed, shown, first, **size)
        assert [len(page) for page in pages] == [listed.least, listed.least, 1], operation
    code = code_of(listed.page, **size, **{token: "made-up".ljust(40, "x")})
    assert code.startswith(REFUSED), operation


@pytest.mark.parametrize(
    ("service", "operation", "size"),
    [("iam", "ListUsers", 100), ("ssm", "GetParametersByPath", 10), ("ssm", "ListDocuments", 50)],
)
def test_default_page_size(
    aws: Emulator, service: str, operation: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = aws.client(service, config=Config(parameter_validation=False))
    listed = Listed(client, service, operation, size + 1)
    monkeypatch.setattr(Moto, "sender", lambda *_: listed.reply)
    shown, _ = listed.page()
    assert len(shown) == size


def test_truncated_list_says_so(aws: Emulator) -> None:
    iam = aws.client("iam")
    for user in ("alice", "bob"):
        iam.create_user(UserName=user)
    first = iam.list_users(MaxItems=1)
    last = iam.list_users(MaxItems=1, Marker=first["Marker"])
    assert (first["IsTruncated"], last["IsTruncated"]) == (True, False)


def test_log_streams_by_their_last_event(aws: Emulator) -> None:
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="g")
    now = int(time.time() * 1000)
    for age, name in enumerate(("b", "c", "a")):
        logs.create_log_stream(logGroupName="g", logStreamName=name)
        event = {"timestamp": now - age, "message": "said"}
        logs.put_log_events(logGroupName="g", logStreamName=name, logEvents=[event])

    def names(**order: bool) -> list[str]:
        pages = logs.get_paginator("describe_log_streams").paginate(
            logGroupName="g", orderBy="LastEventTime", **order, PaginationConfig={"PageSize": 2}
        )
        return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]

    assert (names(), names(descending=True)) == (["a", "c", "b"], ["b", "c", "a"])
