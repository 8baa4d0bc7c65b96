"""AWS's rules about single values.

Each function returns the value, or raises ValueError that says what is allowed; messages print that
after ``KEY = VALUE:``.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Collection
from difflib import get_close_matches
from typing import TypeVar

from catalog.endpoint_services import SERVICES
from catalog.instances import INSTANCES
from catalog.names import IMAGE_VARIABLE, AppType
from catalog.regions import PARTITIONS
from settings.subnets import LARGEST_VPC, SMALLEST_VPC

T = TypeVar("T")

CIDR_ALLOWED = (
    f"an IPv4 network of /{LARGEST_VPC} to /{SMALLEST_VPC} within 10.0.0.0/8, 172.16.0.0/12, "
    "192.168.0.0/16 or 100.64.0.0/10"
)
_PRIVATE = tuple(
    ipaddress.IPv4Network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
# docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
_USED_BY_SAGEMAKER = ipaddress.IPv4Network("172.17.0.0/16")

# The values that PutRetentionPolicy of CloudWatch Logs accepts.
LOG_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)
LOG_DAYS_ALLOWED = f"one of {', '.join(map(str, LOG_DAYS))} (days)"

CREATE_ENDPOINTS, EXISTING_ENDPOINTS = "create", "existing"
CREATE_MISSING_ENDPOINTS = "create-missing"
ENDPOINTS_ALLOWED = (
    f'"{CREATE_ENDPOINTS}", "{EXISTING_ENDPOINTS}", "{CREATE_MISSING_ENDPOINTS}", or a list of the '
    f"services whose endpoints exist: any of {', '.join(SERVICES)}"
)

VERSION_ALLOWED = "a version's number, or its tag (16 of 0-9, a-f, in quotes)"

IMAGE_URI_ALLOWED = (
    "the URI of an image in ECR with its digest "
    "(ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY@sha256:...)"
)
_REPOSITORY = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
IMAGE_URI = re.compile(
    r"(?P<account>[0-9]{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]{1,40})\.(?P<domain>amazonaws\.com(\.cn)?)/"
    rf"(?P<repository>{_REPOSITORY}(/{_REPOSITORY})*)@(?P<digest>sha256:[0-9a-f]{{64}})"
)
"""An image's URI in ECR, with its parts as groups."""

_BUCKET = re.compile(r"[a-z0-9]([a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
_IP_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def unique(values: tuple[T, ...]) -> tuple[T, ...]:
    """A list without duplicates."""
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"each value once; {value} appears {values.count(value)} times")
    return values


def not_empty(values: tuple[AppType, ...]) -> tuple[AppType, ...]:
    """A list with at least one app type."""
    if not values:
        raise ValueError(f"at least one of {', '.join(AppType)}")
    return values


def log_days(days: int) -> int:
    """A retention time of CloudWatch Logs, in days."""
    if days not in LOG_DAYS:
        raise ValueError(LOG_DAYS_ALLOWED)
    return days


def vpc_range(cidr: str) -> str:
    """A private address range that AWS allows for a VPC, large enough to divide into subnets."""
    try:
        interface = ipaddress.IPv4Interface(cidr)
    except ValueError:
        raise ValueError(CIDR_ALLOWED) from None
    network = interface.network
    if "/" not in cidr or "." in cidr.partition("/")[2]:
        raise ValueError(CIDR_ALLOWED)
    if interface.ip != network.network_address:
        raise ValueError(f"the first address of the network: {network}")
    if not any(network.subnet_of(block) for block in _PRIVATE):
        raise ValueError(CIDR_ALLOWED)
    if not LARGEST_VPC <= network.prefixlen <= SMALLEST_VPC:
        raise ValueError(CIDR_ALLOWED)
    if network.overlaps(_USED_BY_SAGEMAKER):
        raise ValueError(f"SageMaker uses {_USED_BY_SAGEMAKER}; choose another private range")
    return str(network)


def bucket_name(name: str) -> str:
    """The name of a general purpose bucket (AmazonS3/latest/userguide/bucketnamingrules.html)."""
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


def sagemaker_region(region: str) -> str:
    """A region that offers SageMaker."""
    return _known(region, PARTITIONS, "a region that offers SageMaker", "us-east-1 or eu-central-1")


def instance_type(name: str) -> str:
    """An instance type that a space's app can run on."""
    return _known(name, INSTANCES, "an instance type of Studio", "ml.t3.large")


def _known(name: str, names: Collection[str], what: str, examples: str) -> str:
    if name in names:
        return name
    near = get_close_matches(name[:64], names)
    hint = f"; did you mean {' or '.join(near)}?" if near else f", such as {examples}"
    raise ValueError(f"{what}{hint}")


def tag_text(what: str, low: int, high: int) -> Callable[[str], str]:
    """The check of a tag's key or value, which every AWS service accepts."""

    def check(text: str) -> str:
        fine = all(c in "_.:/=+-@" or unicodedata.category(c)[0] in "LZN" for c in text)
        if not fine or not low <= len(text) <= high or text.lower().startswith("aws:"):
            raise ValueError(
                f"{what}: {low} to {high} letters, digits, spaces and _ . : / = + - @, "
                "not starting with aws:"
            )
        return text

    return check


def plain_text(text: str) -> str:
    """Text without Terraform expressions, which Terraform would evaluate."""
    if "${" in text or "%{" in text:
        raise ValueError("no ${ and no %{, which start a Terraform expression")
    return text


def variable_name(name: str) -> str:
    """An environment variable of an app that Studio does not overwrite."""
    taken = name.startswith(("AWS_", "SAGEMAKER_")) or name == IMAGE_VARIABLE
    if taken or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ValueError(
            "a variable's name: a-z, A-Z, 0-9 and _, no digit first; not AWS_... or SAGEMAKER_..., "
            f"which Studio sets, and not {IMAGE_VARIABLE}"
        )
    return name


def not_blank(text: str) -> str:
    """Text that is not only spaces."""
    if not text.strip():
        raise ValueError("not only spaces")
    return text


def image_version(value: object) -> object:
    """A version's number or an image's tag; ``true`` is not a number."""
    if type(value) is int and value > 0:
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{16}", value):
        return value
    raise ValueError(VERSION_ALLOWED)


def image_uri(uri: str) -> str:
    """The URI of an image in ECR, with its digest."""
    if len(uri) <= 512 and IMAGE_URI.fullmatch(uri):
        return uri
    tagged = re.fullmatch(r"[^@]+/[^@:]+(:[^@:]+)?", uri[:512])
    why = "; a tag can be moved to another image" if tagged else ""
    raise ValueError(f'"" or {IMAGE_URI_ALLOWED}{why}')


def endpoints_choice(value: object) -> object:
    """ "create", "existing", "create-missing", or the services whose endpoints exist."""
    if value in (CREATE_ENDPOINTS, EXISTING_ENDPOINTS, CREATE_MISSING_ENDPOINTS):
        return value
    if isinstance(value, list | tuple) and all(one in SERVICES for one in value):
        return unique(tuple(value))
    raise ValueError(ENDPOINTS_ALLOWED)


def or_empty(check: Callable[[T], T]) -> Callable[[T], T]:
    """The check, except for an empty string."""
    return lambda value: value if value == "" else check(value)
