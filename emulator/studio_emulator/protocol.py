"""AWS's protocols: finds the operation of a request, and writes responses and errors."""

import json
import uuid
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.parsers import create_parser
from botocore.utils import parse_timestamp

from studio_emulator import service_errors
from studio_emulator.call import Answer
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import (
    PROTOCOL_PARSERS,
    NotFound,
    OperationModel,
    Request,
    ServiceModel,
    get_serializer_class,
    get_service_model,
    get_service_router,
)
from studio_emulator.service_errors import protocol_of
from studio_emulator.wsgi import Reply

# botocore's names of the services, by the name in a signature's scope.
SERVICES = {
    name: name for name in ("ec2", "ecr", "iam", "kms", "logs", "s3", "sagemaker", "ssm", "sts")
} | {
    "elasticfilesystem": "efs",
    "servicequotas": "service-quotas",
    "tagging": "resourcegroupstaggingapi",
}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """The operation that a request names, as botocore models it."""

    service: str
    model: OperationModel
    path_members: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.model.name)

    @property
    def protocol(self) -> str:
        return protocol_of(self.model.service_model)


def find_operation(service: str, request: Request) -> Operation:
    """The operation of a request; AwsError if the service has no such operation."""
    service_model = get_service_model(service)
    try:
        model, path_members = get_service_router(service).match(request)
    # Moto's error for a content type of another protocol.
    except (NotFound, NotImplementedError) as missing:
        name = request.values.get("Action", "")
        raise service_errors.unknown_operation(service_model, name) from missing
    return Operation(service=service, model=model, path_members=path_members)


def raw_parameters(request: Request) -> dict[str, Any]:
    """The parameters as sent, for JSON operations: botocore's member names, JSON's types."""
    try:
        sent = json.loads(request.get_data() or b"{}")
    except (ValueError, RecursionError) as bad:
        raise AwsError("SerializationException", "The request is not valid JSON") from bad
    if not isinstance(sent, dict):
        raise AwsError("SerializationException", "Start of structure or map found where expected")
    return sent


def parameters(operation: Operation, request: Request) -> dict[str, Any]:
    """The parameters with botocore's member names and Python's types."""
    # Moto's default parser returns times without a zone.
    parser = PROTOCOL_PARSERS[operation.protocol](operation.model, timestamp_parser=_time)
    try:
        parsed = parser.parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                # A body that streams is the content of an object.
                "body": b"" if operation.model.has_streaming_input else request.get_data(),
                "url_path": request.path,
                "url_params": operation.path_members,
            }
        )
    except (ValueError, TypeError, AttributeError, ParamValidationError) as bad:
        code = "MalformedXML" if operation.service == "s3" else "MalformedInput"
        raise AwsError(code, f"The request cannot be read: {bad}") from bad
    return dict(parsed)


def _time(value: Any) -> datetime:
    """A time without a zone is in UTC."""
    time: datetime = parse_timestamp(value)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def write_response(operation: Operation, answer: Answer) -> Reply:
    """The HTTP response with these members of the operation's output."""
    serializer = get_serializer_class(operation.service, operation.protocol)(operation.model)
    # Moto's reads the attributes of any object, in three calls for each member.
    serializer.get_value = lambda value, name, _: value.get(name)
    written = serializer.serialize(answer)
    body = written["body"]
    return Reply(
        status=written["status_code"],
        headers=(*written["headers"].items(), ("x-amzn-RequestId", str(uuid.uuid4()))),
        body=body if isinstance(body, bytes) else body.encode(),
    )


def read_response(operation: Operation, reply: Reply) -> Answer:
    """The members of the operation's output in a response of moto."""
    response = {
        "status_code": reply.status,
        "headers": {name.lower(): value for name, value in reply.headers},
        "body": reply.body,
    }
    parsed = create_parser(operation.protocol).parse(response, operation.model.output_shape)
    parsed.pop("ResponseMetadata", None)
    return dict(parsed)


def write_error(service_model: ServiceModel, error: AwsError) -> Reply:
    """The HTTP response with this error, in the service's protocol."""
    protocol, request_id = protocol_of(service_model), str(uuid.uuid4())
    # Moto's serializer needs an operation, but uses only the service of it for an error.
    operation = service_model.operation_model(service_model.operation_names[0])
    serializer = get_serializer_class(service_model.service_name, protocol)(operation)
    serializer.context.request_id = request_id
    # In XML, moto would write the message twice.
    message = {"message": error.message} if "json" in protocol else {}
    members = {"ErrorCode": error.code, **message, **error.members}
    serializer.get_value = lambda _, name, __: members.get(name)
    with warnings.catch_warnings():
        # Moto warns of each code that the service's model does not have.
        warnings.simplefilter("ignore")
        written = serializer.serialize(error)
    headers = {**written["headers"], "x-amzn-RequestId": request_id}
    if "BucketRegion" in error.members:
        headers["x-amz-bucket-region"] = error.members["BucketRegion"]
    status = written["status_code"] if error.status == 400 else error.status
    return Reply(status=status, headers=tuple(headers.items()), body=written["body"].encode())
