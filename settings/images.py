"""[image.NAME]: the names, URIs, versions and container settings of images."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from catalog.names import IMAGE_VARIABLE, AppType
from settings.fields import (
    LOWER_CASE_NAME,
    PlainText,
    Section,
    boolean,
    integer,
    or_empty,
    pattern,
    plain_text,
    some_of,
    text,
    unique,
)

# SageMaker allows 63 characters for project name (20), image name and app type; repositories in
# ECR and app image configs both allow the pattern.
IMAGE_NAME_LONGEST = 28
ImageName = Annotated[
    str,
    pattern(
        LOWER_CASE_NAME,
        "an image's name: 1 to 28 of a-z, 0-9 and single '-', no '-' first or last",
        longest=IMAGE_NAME_LONGEST,
    ),
]

_URI_ALLOWED = (
    "the URI of an image in ECR with its digest "
    "(ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY@sha256:...)"
)
_REPOSITORY = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
IMAGE_URI = re.compile(
    r"(?P<account>[0-9]{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]{1,40})\.(?P<domain>amazonaws\.com(\.cn)?)/"
    rf"(?P<repository>{_REPOSITORY}(/{_REPOSITORY})*)@(?P<digest>sha256:[0-9a-f]{{64}})"
)
"""An image's URI in ECR, with its parts as groups."""

_VERSION_ALLOWED = "a version's number, or its tag (16 of 0-9, a-f, in quotes)"
_MOST_VARIABLES = 24
"""SageMaker allows 25; IMAGE_VARIABLE is one."""


def image_uri(uri: str) -> str:
    """A check: the URI of an image in ECR, with its digest."""
    if len(uri) <= 512 and IMAGE_URI.fullmatch(uri):
        return uri
    tagged = re.fullmatch(r"[^@]+/[^@:]+(:[^@:]+)?", uri[:512])
    why = "; a tag can be moved to another image" if tagged else ""
    raise ValueError(f'"" or {_URI_ALLOWED}{why}')


def image_version(value: object) -> object:
    """A check: a version's number or an image's tag; ``true`` is not a number."""
    if type(value) is int and value > 0:
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{16}", value):
        return value
    raise ValueError(_VERSION_ALLOWED)


def not_empty(values: tuple[AppType, ...]) -> tuple[AppType, ...]:
    """A check: a list with at least one app type."""
    if not values:
        raise ValueError(f"at least one of {', '.join(AppType)}")
    return values


def variable_name(name: str) -> str:
    """A check: an environment variable of an app that Studio does not overwrite."""
    taken = name.startswith(("AWS_", "SAGEMAKER_")) or name == IMAGE_VARIABLE
    if taken or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ValueError(
            "a variable's name: a-z, A-Z, 0-9 and _, no digit first; not AWS_... or SAGEMAKER_..., "
            f"which Studio sets, and not {IMAGE_VARIABLE}"
        )
    return name


def not_blank(text: str) -> str:
    """A check: plain text that is not only spaces."""
    if not plain_text(text).strip():
        raise ValueError("not only spaces")
    return text


AppTypes = Annotated[tuple[AppType, ...], AfterValidator(not_empty), AfterValidator(unique)]
ImageVersion = Annotated[int | str, BeforeValidator(image_version)]
_ArgumentName = Annotated[
    str,
    pattern(
        r"[A-Za-z_][A-Za-z0-9_]*",
        "a build argument's name: a-z, A-Z, 0-9 and _, no digit first",
        longest=128,
    ),
]
_VariableName = Annotated[str, Field(max_length=256), AfterValidator(variable_name)]
_VariableValue = Annotated[str, Field(max_length=256), AfterValidator(plain_text)]
_EntrypointWord = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(not_blank)]
_ArgumentWord = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(not_blank)]


class ImageSettings(Section):
    """[image.NAME]: a custom image, from the folder image/NAME or another pipeline."""

    enabled: bool = boolean(True)
    uri: Annotated[str, AfterValidator(or_empty(image_uri))] = Field(
        default="", description=f'"" or {_URI_ALLOWED}'
    )
    app_types: AppTypes = some_of(AppType.JUPYTER_LAB)
    display_name: PlainText = text(
        "", r"|\S(.*\S)?", "at most 128 characters, no space first or last", longest=128
    )
    description: PlainText = text("", ".*", "at most 512 characters", longest=512)
    build_args: dict[_ArgumentName, str] = Field(default={}, description="strings, in a table")
    # The limits are those of SageMaker's ContainerConfig.
    entrypoint: tuple[_EntrypointWord, ...] = Field(
        default=(), max_length=1, description="one program of 1 to 256 characters, in a list"
    )
    arguments: tuple[_ArgumentWord, ...] = Field(
        default=(),
        max_length=50,
        description="at most 50 arguments of 1 to 64 characters, in a list",
    )
    environment: dict[_VariableName, _VariableValue] = Field(
        default={},
        max_length=_MOST_VARIABLES,
        description=f"at most {_MOST_VARIABLES} strings of up to 256 characters, in a table",
    )
    version: Annotated[int | str, BeforeValidator(or_empty(image_version))] = Field(
        default="", description=f'"" or {_VERSION_ALLOWED}'
    )
    keep_versions: int = integer(10, 1, 1000, " (versions)")
