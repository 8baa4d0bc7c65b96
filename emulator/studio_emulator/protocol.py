"""AWS's protocols: finds the operation of a request, and writes responses and errors."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

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
    shapes = service_model.error_shapes
    shape = next((each for each in shapes if error.code in (each.name, each.error_code)), None)
    status = error.status
    if shape is not None and status == 400:
        status = shape.metadata.get("error", {}).get("httpStatusCode", status)
    request_id = str(uuid.uuid4())
    protocol = protocol_of(service_model)
    if "json" in protocol:
        members = shape.members if shape is not None else {}
        message_name = "Message" if "Message" in members else "message"
        content: dict[str, Any] = {"__type": error.code, message_name: error.message}
        if "ErrorCode" in members:
            content["ErrorCode"] = error.code
        body = json.dumps(content | error.members)
        kind = "application/x-amz-json-1.1" if protocol == "json" else "application/json"
    else:
        body = _error_document(protocol, error, request_id, service_model)
        kind = "text/xml;charset=UTF-8"
    headers = {
        "Content-Type": kind,
        "x-amzn-RequestId": request_id,
        "x-amzn-ErrorType": error.code,
    }
    if "BucketRegion" in error.members:
        headers["x-amz-bucket-region"] = error.members["BucketRegion"]
    return Reply(status=status, headers=tuple(headers.items()), body=body.encode())


def _error_document(
    protocol: str, error: AwsError, request_id: str, service_model: ServiceModel
) -> str:
    inner = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    if protocol == "ec2":
        return (
            f"<Response><Errors><Error>{inner}</Error></Errors>"
            f"<RequestID>{request_id}</RequestID></Response>"
        )
    if protocol == "rest-xml":
        return f"<Error>{inner}<RequestId>{request_id}</RequestId></Error>"
    namespace = service_model.metadata.get("xmlNamespace", "")
    return (
        f'<ErrorResponse xmlns="{namespace}"><Error><Type>Sender</Type>{inner}</Error>'
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
