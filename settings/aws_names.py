"""The names in AWS that several tables have: regions, buckets, ARNs of keys, roles and policies."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from catalog.regions import PARTITIONS
from settings.fields import known, or_empty, pattern, unique

_BUCKET = re.compile(r"[a-z0-9]([a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
_IP_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def sagemaker_region(region: str) -> str:
    """A check: a region that offers SageMaker."""
    return known(region, PARTITIONS, "a region that offers SageMaker", "us-east-1 or eu-central-1")


def bucket_name(name: str) -> str:
    """A check: the name of a general purpose bucket.

    AmazonS3/latest/userguide/bucketnamingrules.html
    """
    if not _BUCKET.fullmatch(name) or _IP_ADDRESS.fullmatch(name):
        raise ValueError(
            "an S3 bucket's name: 3 to 63 of a-z, 0-9, '-' and '.', a letter or digit first and "
            "last, no '..', not an IP address"
        )
    if name.startswith(_RESERVED_STARTS) or name.endswith(_RESERVED_ENDS):
        raise ValueError(
            "an S3 bucket's name; AWS reserves names that start with "
            f"{', '.join(_RESERVED_STARTS)} or end with {', '.join(_RESERVED_ENDS)}"
        )
    return name


Region = Annotated[str, AfterValidator(sagemaker_region)]
RegionOrEmpty = Annotated[str, AfterValidator(or_empty(sagemaker_region))]
# More would exceed the 6,144 characters of a managed policy.
Buckets = Annotated[
    tuple[Annotated[str, AfterValidator(bucket_name)], ...],
    Field(max_length=30, description="at most 30 S3 bucket names, in a list"),
    AfterValidator(unique),
]
BucketOrEmpty = Annotated[str, AfterValidator(or_empty(bucket_name))]

KEY_ARN = (
    r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:"
    r"key/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})"
)
KEY_ARN_ALLOWED = "a KMS key's ARN (arn:aws:kms:REGION:ACCOUNT:key/ID)"
KeyArnOrEmpty = Annotated[str, pattern(f"|{KEY_ARN}", f'"" or {KEY_ARN_ALLOWED}')]

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
