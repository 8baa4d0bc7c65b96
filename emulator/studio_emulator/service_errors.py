"""AWS's errors by service: unknown operation or region, expired key, denied call, throttling."""

from collections.abc import Mapping

from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import ServiceModel


def protocol_of(service_model: ServiceModel) -> str:
    """The service's protocol that botocore chooses and moto implements."""
    protocol = str(service_model.metadata["protocol"])
    return "json" if protocol == "smithy-rpc-v2-cbor" else protocol


def _choose(service_model: ServiceModel, errors: Mapping[str, AwsError]) -> AwsError:
    """The error of the service, or else of its protocol, or else the one for ""."""
    names = (service_model.service_name, protocol_of(service_model), "")
    return next(errors[name] for name in names if name in errors)


def unknown_operation(service_model: ServiceModel, name: str) -> AwsError:
    """AWS's error for an unknown operation; also for one that the emulator does not implement.

    JSON: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html; query and EC2:
    `InvalidAction` of each service's list of common errors; S3: `MethodNotAllowed`.
    """
    version = service_model.api_version
    not_found = f"Could not find operation {name} for version {version}"
    not_valid = f"The action {name} is not valid for this web service."
    not_allowed = "The specified method is not allowed against this resource."
    if name:
        not_allowed += f" The emulator does not implement {name}."
    return _choose(
        service_model,
        {
            "json": AwsError("UnknownOperationException", ""),
            "query": AwsError("InvalidAction", not_found),
            "ec2": AwsError("InvalidAction", not_valid),
            "rest-xml": AwsError("MethodNotAllowed", not_allowed, 405),
            "": AwsError("UnknownOperationException", "", 404),
        },
    )


def expired_token(service_model: ServiceModel) -> AwsError:
    """AWS's error for expired credentials, with a code that its SDKs know.

    https://github.com/aws/aws-sdk-go/blob/main/aws/request/retryer.go (credsExpiredCodes)
    """
    message = "The security token included in the request is expired"
    return _choose(
        service_model,
        {
            "s3": AwsError("ExpiredToken", "The provided token has expired."),
            "ec2": AwsError("RequestExpired", "Request has expired."),
            "query": AwsError("ExpiredToken", message, 403),
            "": AwsError("ExpiredTokenException", message),
        },
    )


def invalid_key(service_model: ServiceModel) -> AwsError:
    """AWS's error for an access key that does not exist or is not active.

    https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html,
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    message = "The security token included in the request is invalid."
    of_ec2 = "AWS was not able to validate the provided access credentials"
    of_s3 = "The AWS access key ID that you provided does not exist in our records."
    return _choose(
        service_model,
        {
            "s3": AwsError("InvalidAccessKeyId", of_s3, 403),
            "ec2": AwsError("AuthFailure", of_ec2, 401),
            "query": AwsError("InvalidClientTokenId", message, 403),
            "json": AwsError("UnrecognizedClientException", message),
            "": AwsError("UnrecognizedClientException", message, 403),
        },
    )


def denied(service_model: ServiceModel, message: str) -> AwsError:
    """AWS's error for a request that the caller's policies do not allow.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    of_ec2 = f"You are not authorized to perform this operation. {message}"
    return _choose(
        service_model,
        {
            "s3": AwsError("AccessDenied", message, 403),
            "ec2": AwsError("UnauthorizedOperation", of_ec2, 403),
            "efs": AwsError("AccessDeniedException", message, 403),
            "query": AwsError("AccessDenied", message, 403),
            "": AwsError("AccessDeniedException", message),
        },
    )


def unknown_region(service_model: ServiceModel) -> AwsError:
    """AWS's error for a signature with a region that does not exist."""
    message = "Credential should be scoped to a valid region."
    of_ec2 = "AWS was not able to validate the provided access credentials"
    of_s3 = f"The authorization header: {message}"
    return _choose(
        service_model,
        {
            "s3": AwsError("AuthorizationHeaderMalformed", of_s3),
            "ec2": AwsError("AuthFailure", of_ec2, 401),
            "query": AwsError("SignatureDoesNotMatch", message, 403),
            "": AwsError("InvalidSignatureException", message, 403),
        },
    )


def throttled(service_model: ServiceModel) -> AwsError:
    """AWS's error for too many requests.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
    https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    """
    return _choose(
        service_model,
        {
            "s3": AwsError("SlowDown", "Please reduce your request rate.", 503),
            "ec2": AwsError("RequestLimitExceeded", "Request limit exceeded.", 503),
            "query": AwsError("Throttling", "Rate exceeded"),
            "json": AwsError("ThrottlingException", "Rate exceeded"),
            "": AwsError("ThrottlingException", "Rate exceeded", 429),
        },
    )


def internal_failure(service_model: ServiceModel) -> AwsError:
    """AWS's error for its own failure; sources as for ``throttled``."""
    return _choose(
        service_model,
        {
            "s3": AwsError("InternalError", "We encountered an internal error.", 500),
            "ec2": AwsError("InternalError", "An internal error has occurred.", 500),
            "": AwsError("InternalFailure", "The request processing has failed.", 500),
        },
    )
