"""The types of values in studio.toml, as pydantic fields.

Error messages print a field's ``description``, or the message of a check of ``settings.checks``.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from catalog.names import AppType, Feature
from settings.checks import (
    bucket_name,
    endpoints_choice,
    image_uri,
    image_version,
    instance_type,
    log_days,
    not_blank,
    not_empty,
    or_empty,
    plain_text,
    sagemaker_region,
    tag_text,
    unique,
    variable_name,
    vpc_range,
)

_KEY_ARN = (
    r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:"
    r"key/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})"
)
_KEY_ARN_ALLOWED = "a KMS key's ARN (arn:aws:kms:REGION:ACCOUNT:key/ID)"


def integer(default: int | None, low: int, high: int, what: str = "") -> Any:
    """An integer from ``low`` to ``high``; not ``true`` and not ``2.0``."""
    allowed = f"a whole number from {low} to {high}{what}"
    return Field(default, ge=low, le=high, strict=True, description=allowed)


def boolean(default: bool) -> Any:
    """``true`` or ``false``, not ``1`` or ``"yes"``."""
    return Field(default, strict=True, description="true or false")


def some_of(*default: StrEnum) -> Any:
    """A list of an enum's values."""
    values = ", ".join(type(default[0]))
    return Field(default, description=f"any of {values}, in a list")


def one_of(choices: Iterable[StrEnum], default: StrEnum | None) -> Any:
    """One of some values."""
    return Field(default, description=f"one of {', '.join(choices)}")


def text(default: str, regex: str, allowed: str, *, longest: int, shortest: int = 0) -> Any:
    """A string of ``shortest`` to ``longest`` characters that matches all of ``regex``."""
    return Field(
        default,
        pattern=f"^(?:{regex})$",
        min_length=shortest,
        max_length=longest,
        description=allowed,
    )


def pattern(regex: str, allowed: str, *, longest: int = 2048) -> Any:
    """A regular expression that the complete string must match."""
    return Field(pattern=f"^(?:{regex})$", max_length=longest, description=allowed)


Region = Annotated[str, AfterValidator(sagemaker_region)]
RegionOrEmpty = Annotated[str, AfterValidator(or_empty(sagemaker_region))]
Cidr = Annotated[str, AfterValidator(vpc_range)]
VpcIdOrEmpty = Annotated[str, pattern(r"|vpc-[0-9a-f]{8,17}", '"" or the id of a VPC (vpc-...)')]
SubnetIds = Annotated[
    tuple[Annotated[str, Field(pattern=r"^subnet-[0-9a-f]{8,17}$")], ...],
    AfterValidator(unique),
]
SecurityGroupIds = Annotated[
    tuple[Annotated[str, Field(pattern=r"^sg-[0-9a-f]{8,17}$")], ...],
    AfterValidator(unique),
]
EndpointsChoice = Annotated[str | tuple[str, ...], BeforeValidator(endpoints_choice)]
Bucket = Annotated[str, AfterValidator(bucket_name)]
# More would exceed the 6,144 characters of a managed policy.
Buckets = Annotated[
    tuple[Bucket, ...],
    Field(max_length=30, description="at most 30 S3 bucket names, in a list"),
    AfterValidator(unique),
]
BucketOrEmpty = Annotated[str, AfterValidator(or_empty(bucket_name))]
PlainText = Annotated[str, AfterValidator(plain_text)]
LogDays = Annotated[int, Field(strict=True), AfterValidator(log_days)]
Features = Annotated[tuple[Feature, ...], AfterValidator(unique)]
AppTypes = Annotated[tuple[AppType, ...], AfterValidator(not_empty), AfterValidator(unique)]
InstanceType = Annotated[str, AfterValidator(instance_type)]
TagKey = Annotated[str, AfterValidator(tag_text("a tag's key", 1, 128))]
TagValue = Annotated[str, AfterValidator(tag_text("a tag's value", 0, 256))]
USER_NAME, USER_NAME_LONGEST = r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", 63
USER_NAME_ALLOWED = "a user profile's name: 1 to 63 of a-z, A-Z, 0-9 and '-', no '-' first or last"
UserName = Annotated[str, pattern(USER_NAME, USER_NAME_ALLOWED, longest=USER_NAME_LONGEST)]
_LOWER_CASE_NAME = r"[a-z0-9]+(-[a-z0-9]+)*"
# SageMaker allows 63 characters for project name (20), image name and app type; repositories in
# ECR and app image configs both allow the pattern.
ImageName = Annotated[
    str,
    pattern(
        _LOWER_CASE_NAME,
        "an image's name: 1 to 28 of a-z, 0-9 and single '-', no '-' first or last",
        longest=28,
    ),
]
SAGEMAKER_DISTRIBUTION = "SageMaker"
"""The value for SageMaker Distribution; no image can have this name."""
SPACE_IMAGE_ALLOWED = f'"", "{SAGEMAKER_DISTRIBUTION}" or the name of an enabled image'
SpaceImage = Annotated[
    str,
    pattern(rf"|{SAGEMAKER_DISTRIBUTION}|{_LOWER_CASE_NAME}", SPACE_IMAGE_ALLOWED, longest=28),
]
ImageNames = Annotated[tuple[ImageName, ...], AfterValidator(unique)]
ContentTag = Annotated[str, pattern(r"[0-9a-f]{16}", "an image's tag: 16 of 0-9, a-f")]
ImageVersion = Annotated[int | str, BeforeValidator(image_version)]
ImageVersionOrEmpty = Annotated[int | str, BeforeValidator(or_empty(image_version))]
ArgumentName = Annotated[
    str,
    pattern(
        r"[A-Za-z_][A-Za-z0-9_]*",
        "a build argument's name: a-z, A-Z, 0-9 and _, no digit first",
        longest=128,
    ),
]
VariableName = Annotated[str, Field(max_length=256), AfterValidator(variable_name)]
VariableValue = Annotated[str, Field(max_length=256), AfterValidator(plain_text)]
EntrypointWord = Annotated[
    str,
    Field(min_length=1, max_length=256),
    AfterValidator(plain_text),
    AfterValidator(not_blank),
]
ArgumentWord = Annotated[
    str,
    Field(min_length=1, max_length=64),
    AfterValidator(plain_text),
    AfterValidator(not_blank),
]
DomainKey = Annotated[
    str, pattern(f"create|aws-managed|{_KEY_ARN}", f'"create", "aws-managed" or {_KEY_ARN_ALLOWED}')
]
KeyArnOrEmpty = Annotated[str, pattern(f"|{_KEY_ARN}", f'"" or {_KEY_ARN_ALLOWED}')]
GroupName = Annotated[
    str,
    pattern(
        _LOWER_CASE_NAME,
        "a group's name: 1 to 28 of a-z, 0-9 and single '-', no '-' first or last",
        longest=28,
    ),
]
GroupNameOrEmpty = Annotated[
    str, pattern(f"|{_LOWER_CASE_NAME}", '"" or the name of a group', longest=28)
]
_POLICY_ARN = (
    r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/"
    r"([A-Za-z0-9_+=,.@/-]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,128}"
)
_POLICY_ARN_ALLOWED = "the ARN of an IAM policy (arn:aws:iam::ACCOUNT:policy/NAME)"
PolicyArnOrEmpty = Annotated[str, pattern(f"|{_POLICY_ARN}", f'"" or {_POLICY_ARN_ALLOWED}')]
PolicyArns = Annotated[
    tuple[Annotated[str, pattern(_POLICY_ARN, _POLICY_ARN_ALLOWED)], ...], AfterValidator(unique)
]
ROLE_ARN_ALLOWED = '"" or the ARN of an IAM role (arn:aws:iam::ACCOUNT:role/NAME)'
RoleArnOrEmpty = Annotated[
    str,
    pattern(
        r"|arn:aws[a-z-]*:iam::[0-9]{12}:role/([!-.0-~]{1,510}/)*[A-Za-z0-9_+=,.@-]{1,64}",
        ROLE_ARN_ALLOWED,
    ),
]
ImageUriOrEmpty = Annotated[str, AfterValidator(or_empty(image_uri))]
