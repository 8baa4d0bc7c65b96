"""Validates requests and responses against botocore's service model, with AWS's messages."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from botocore.model import Shape

from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import OperationModel
from studio_emulator.patterns import compiled

_INTEGERS = ("byte", "short", "integer", "long", "bigInteger")
_DECIMALS = ("float", "double", "bigDecimal")
# The Python types of each shape, from JSON and from moto's parsers.
_TYPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("structure", "map"), (dict,)),
    "list": (list,),
    **dict.fromkeys(("string", "character"), (str,)),
    "boolean": (bool,),
    **dict.fromkeys(_INTEGERS, (int,)),
    **dict.fromkeys(_DECIMALS, (int, float)),
    "blob": (str, bytes),
    "timestamp": (int, float, str, datetime),
}
_VALIDATION_CODES = {
    "ecr": "InvalidParameterException",
    "efs": "ValidationException",
    "iam": "ValidationError",
    "logs": "InvalidParameterException",
    "s3": "InvalidArgument",
    "sts": "ValidationError",
}


def validate_request(service: str, operation: OperationModel, params: Mapping[str, Any]) -> None:
    """AwsError with AWS's code and message if `params` break the operation's input shape.

    Ignores members that the model does not have, as AWS's services do
    (https://smithy.io/2.0/spec/aggregate-types.html#structure-member-optionality).
    """
    shape = operation.input_shape
    if shape is None:
        return
    if service == "ec2":
        _validate_ec2(shape, params)
        return
    problems = list(_request_problems(shape, params))
    if not problems:
        return
    if service == "ecr":
        path, constraint = _ecr_words(problems[0])
        message = f"Invalid parameter at '{path}' failed to satisfy constraint: '{constraint}'"
        raise AwsError("InvalidParameterException", message)
    plural = "s" if len(problems) > 1 else ""
    listed = "; ".join(
        f"Value {value} at '{path}' failed to satisfy constraint: {constraint}"
        for path, value, constraint in problems
    )
    code = _VALIDATION_CODES.get(service, "ValidationException")
    raise AwsError(code, f"{len(problems)} validation error{plural} detected: {listed}")


def validate_response(operation: OperationModel, answer: Mapping[str, Any]) -> list[str]:
    """The problems of a response, which include members that the model does not have."""
    shape = operation.output_shape
    if shape is None:
        return [f"the operation has no output, got {answer}"] if answer else []
    try:
        return [f"{path} = {value}: {text}" for path, value, text in _problems(shape, answer, "")]
    except AwsError as wrong_type:
        return [wrong_type.message]


_Problem = tuple[str, str, str]
_UNKNOWN = "no such member"
"""The constraint of a member that the model does not have."""


def _request_problems(shape: Any, params: Mapping[str, Any]) -> Iterator[_Problem]:
    return (each for each in _structure_problems(shape, params, "") if each[2] != _UNKNOWN)


def _problems(shape: Any, value: Any, path: str) -> Iterator[_Problem]:
    """(path, value, constraint) of each broken constraint; AwsError for a value of a wrong type."""
    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return
    fits = isinstance(value, _TYPES[kind])
    if not fits or (isinstance(value, bool) and kind != "boolean"):
        raise AwsError("SerializationException", _type_words(value, kind, path))
    yield from _own_problems(shape, value, path)
    if kind == "structure":
        yield from _structure_problems(shape, value, path)
    elif kind == "list":
        yield from _list_problems(shape, value, path)
    elif kind == "map":
        yield from _key_problems(shape, value, path)
        for key, item in value.items():
            if item is not None:
                yield from _problems(shape.value, item, f"{path}.{key}.member")


def _key_problems(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[_Problem]:
    if any(True for key in value for _ in _own_problems(shape.key, key, path)):
        constraints = ", ".join(text for text, _ in _constraints(shape.key))
        yield path, _quoted(value), f"Map keys must satisfy constraint: [{constraints}]"


def _structure_problems(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[_Problem]:
    prefix = f"{path}." if path else ""
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"{prefix}{_lower(name)}", "null", "Member must not be null"
    members = shape.members
    if getattr(shape, "is_tagged_union", False):
        yield from _union_problems(shape, value, path)
    for name, item in value.items():
        if name not in members:
            yield f"{prefix}{_lower(name)}", _quoted(item), _UNKNOWN
        elif item is not None:
            yield from _problems(members[name], item, f"{prefix}{_lower(name)}")


def _union_problems(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[_Problem]:
    """https://smithy.io/2.0/spec/aggregate-types.html#union: exactly one member is set."""
    if sum(value.get(name) is not None for name in shape.members) != 1:
        names = ", ".join(_lower(name) for name in shape.members)
        yield path, _quoted(value), f"Member must have exactly one of [{names}]"


def _list_problems(shape: Any, value: list[Any], path: str) -> Iterator[_Problem]:
    """AWS reports a list of scalars as one value with all constraints of its members."""
    member = shape.member
    if member.type_name in ("structure", "list", "map"):
        for number, item in enumerate(value, start=1):
            yield from _problems(member, item, f"{path}.{number}.member")
        return
    for item in value:
        broken = list(_problems(member, item, path))
        if broken:
            constraints = ", ".join(text for text, _ in _constraints(member))
            yield path, _quoted(value), f"Member must satisfy constraint: [{constraints}]"
            return


def _own_problems(shape: Shape, value: Any, path: str) -> Iterator[_Problem]:
    for constraint, holds in _constraints(shape):
        if not holds(value):
            yield path, _quoted(value), constraint


@cache
def _constraints(shape: Shape) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    """The text and the test of each constraint."""
    limits = shape.metadata
    numeric = shape.type_name in (*_INTEGERS, *_DECIMALS)
    noun, low, high = "value" if numeric else "length", limits.get("min"), limits.get("max")
    found: list[tuple[str, Callable[[Any], bool]]] = []

    def size(value: Any) -> Any:
        return value if numeric else len(value)

    if high is not None:
        text = f"Member must have {noun} less than or equal to {high}"
        found.append((text, lambda value: size(value) <= high))
    if low is not None:
        text = f"Member must have {noun} greater than or equal to {low}"
        found.append((text, lambda value: size(value) >= low))
    if (pattern := limits.get("pattern")) is not None:
        text = f"Member must satisfy regular expression pattern: {pattern}"
        found.append((text, lambda value: _matches(pattern, value)))
    if values := limits.get("enum"):
        text = f"Member must satisfy enum value set: [{', '.join(values)}]"
        found.append((text, lambda value: value in values))
    return tuple(found)


def _matches(pattern: str, value: Any) -> bool:
    if not isinstance(value, str):
        return True
    regex = compiled(pattern)
    return regex is None or regex.fullmatch(value) is not None


def _validate_ec2(shape: Any, params: Mapping[str, Any]) -> None:
    """EC2 uses the names of its query parameters, and reports only the first problem.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    """
    for path, value, constraint in _request_problems(shape, params):
        name = path.replace(".member", "")
        if value == "null":
            last = name.rpartition(".")[2]
            raise AwsError(
                "MissingParameter",
                f"The request must contain the parameter {last[0].upper()}{last[1:]}",
            )
        text = value.strip("'")
        message = f"Value ({text}) for parameter {name} is invalid. {constraint}"
        raise AwsError("InvalidParameterValue", message)


def _ecr_words(problem: _Problem) -> tuple[str, str]:
    path, _, constraint = problem
    pattern = constraint.partition("regular expression pattern: ")[2]
    if pattern:
        return path, f"must satisfy regular expression '{pattern}'"
    return path, constraint


def _type_words(value: Any, kind: str, path: str) -> str:
    if isinstance(value, dict | list):
        found = "Start of structure or map" if isinstance(value, dict) else "Start of list"
        return f"{found} found where not expected: {path}"
    token = {bool: f"{value}_VALUE".upper(), str: "STRING_VALUE"}.get(type(value), "NUMBER_VALUE")
    return f"{token} can not be converted to {kind.capitalize()}: {path}"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _quoted(value: Any) -> str:
    return f"'{_text(value)}'"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_text(item) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
