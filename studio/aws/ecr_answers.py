"""Models of Amazon ECR's responses, with the members that the project reads."""

from typing import Annotated, Any, TypeVar

from pydantic import (
    AliasPath,
    AwareDatetime,
    Base64Str,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from settings import UserError

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html and API_Repository
_Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
_Tag = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,299}$")]
_Uri = Annotated[
    str,
    StringConstraints(
        pattern=r"^[a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?/[a-z0-9][a-z0-9._/-]{0,255}$"
    ),
]
_Token = Annotated[Base64Str, Field(pattern=r"^AWS:[!-~]{1,65536}$")]


class Answer(BaseModel):
    """A structure of ECR's API."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class Image(Answer):
    image_digest: _Digest
    image_manifest_media_type: str = ""


class PushedImage(Image):
    image_tags: list[_Tag] = []
    image_pushed_at: AwareDatetime


class Repository(Answer):
    repository_uri: _Uri
    image_tag_mutability: str = ""


class Upload(Answer):
    upload_id: str


class Stored(Answer):
    image_manifest: str


class Manifest(Answer):
    config_digest: _Digest = Field(validation_alias=AliasPath("config", "digest"))


class Selection(Answer):
    count_type: str
    count_number: int
    tag_status: str


class Rule(Answer):
    selection: Selection


class Policy(Answer):
    rules: list[Rule]


class ScanStatus(Answer):
    status: str = "PENDING"
    description: str = ""


class ScanFindings(Answer):
    finding_severity_counts: dict[str, int] = {}


class Scan(Answer):
    image_scan_status: ScanStatus = ScanStatus()
    image_scan_findings: ScanFindings = ScanFindings()


class Login(Answer):
    authorization_token: _Token
    proxy_endpoint: str


Kind = TypeVar("Kind")


def read_first(kind: type[Kind], items: list[Any] | None) -> Kind:
    """Parse the first structure of a response's list. Raises UserError if there is none."""
    return read(kind, items[0] if items else None)


def read(kind: type[Kind], answer: Any) -> Kind:
    """Parse a response, or the JSON text in one. Raises UserError if it is malformed."""
    model = TypeAdapter(kind)
    try:
        if isinstance(answer, str):
            return model.validate_json(answer)
        return model.validate_python(answer)
    except ValidationError as error:
        raise UserError(
            "ECR: the response is not from ECR: check proxies and AWS_ENDPOINT_URL"
        ) from error
