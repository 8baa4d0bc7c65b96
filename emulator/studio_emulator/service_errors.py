"""AWS's errors by service: unknown operation or region, expired key, denied call, throttling."""

from collections.abc import Mapping

from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import ServiceModel

_INVALID = "The security token included in the request is invalid."
_EXPIRED = "The security token included in the request is expired"
_NOT_VALIDATED = "AWS was not able to validate the provided access credentials"
_REGION = "Credential should be scoped to a valid region."
_ERRORS: Mapping[str, Mapping[str, tuple[str, str, int]]] = {
    # https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html; query and EC2: `InvalidAction`
    # of each service's list of common errors; S3: `MethodNotAllowed`.
    "unknown operation": {
        "rest-xml": ("MethodNotAllowed", "{not_allowed}", 405),
        "ec2": ("InvalidAction", "The action {name} is not valid for this web service.", 400),
        "query": ("InvalidAction", "Could not find operation {name} for version {version}", 400),
        "json": ("UnknownOperationException", "", 400),
        "": ("UnknownOperationException", "", 404),
    },
    # Codes that AWS's SDKs know:
    # https://github.com/aws/aws-sdk-go/blob/main/aws/request/retryer.go (credsExpiredCodes)
    "expired key": {
        "s3": ("ExpiredToken", "The provided token has expired.", 400),
        "ec2": ("RequestExpired", "Request has expired.", 400),
        "query": ("ExpiredToken", _EXPIRED, 403),
        "": ("ExpiredTokenException", _EXPIRED, 400),
    },
    # https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    "invalid key": {
        "s3": (
            "InvalidAccessKeyId",
            "The AWS access key ID that you provided does not exist in our records.",
            403,
        ),
        "ec2": ("AuthFailure", _NOT_VALIDATED, 401),
        "query": ("InvalidClientTokenId", _INVALID, 403),
        "json": ("UnrecognizedClientException", _INVALID, 400),
        "": ("UnrecognizedClientException", _INVALID, 403),
    },
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    "denied": {
        "s3": ("AccessDenied", "{reason}", 403),
        "ec2": (
            "UnauthorizedOperation",
            "You are not authorized to perform this operation. {reason}",
            403,
        ),
        "efs": ("AccessDeniedException", "{reason}", 403),
        "query": ("AccessDenied", "{reason}", 403),
        "": ("AccessDeniedException", "{reason}", 400),
    },
    "unknown region": {
        "s3": ("AuthorizationHeaderMalformed", f"The authorization header: {_REGION}", 400),
        "ec2": ("AuthFailure", _NOT_VALIDATED, 401),
        "query": ("SignatureDoesNotMatch", _REGION, 403),
        "": ("InvalidSignatureException", _REGION, 403),
    },
    # https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, and the pages of EC2
    # and S3 above.
    "throttle": {
        "s3": ("SlowDown", "Please reduce your request rate.", 503),
        "ec2": ("RequestLimitExceeded", "Request limit exceeded.", 503),
        "query": ("Throttling", "Rate exceeded", 400),
        "json": ("ThrottlingException", "Rate exceeded", 400),
        "": ("ThrottlingException", "Rate exceeded", 429),
    },
    "error": {
        "s3": ("InternalError", "We encountered an internal error.", 500),
        "ec2": ("InternalError", "An internal error has occurred.", 500),
        "": ("InternalFailure", "The request processing has failed.", 500),
    },
}
"""Code, message and status, by service, or else by protocol, or else for all others ("")."""


def protocol_of(service_model: ServiceModel) -> str:
    """The service's protocol that botocore chooses and moto implements."""
    protocol = str(service_model.metadata["protocol"])
    return "json" if protocol == "smithy-rpc-v2-cbor" else protocol


def error_of(service_model: ServiceModel, kind: str, **words: str) -> AwsError:
    """AWS's error of this kind, e.g. `denied`; words: parts of its message."""
    errors = _ERRORS[kind]
    names = (service_model.service_name, protocol_of(service_model), "")
    code, message, status = next(errors[name] for name in names if name in errors)
    return AwsError(code, message.format(**words), status)


def unknown_operation(service_model: ServiceModel, name: str) -> AwsError:
    """AWS's error for an unknown operation; also for one that the emulator does not implement."""
    not_allowed = "The specified method is not allowed against this resource."
    if name:
        not_allowed += f" The emulator does not implement {name}."
    words = {"name": name, "version": service_model.api_version, "not_allowed": not_allowed}
    return error_of(service_model, "unknown operation", **words)
