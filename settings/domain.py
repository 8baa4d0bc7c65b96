"""[domain]: authentication, retention of home directories, KMS key and role of the domain."""

from typing import Annotated, Literal

from pydantic import Field

from settings.aws_names import KEY_ARN, KEY_ARN_ALLOWED, RoleArnOrEmpty
from settings.fields import Section, boolean, pattern


class DomainSettings(Section):
    """[domain]: SageMaker's Studio domain, created once."""

    auth: Literal["IAM", "SSO"] = Field(default="IAM", description='"IAM" or "SSO"')
    source_identity: bool = boolean(True)
    retention: Literal["Retain", "Delete"] = Field(
        default="Retain", description='"Retain" or "Delete"'
    )
    kms: Annotated[
        str,
        pattern(f"create|aws-managed|{KEY_ARN}", f'"create", "aws-managed" or {KEY_ARN_ALLOWED}'),
    ] = "create"
    execution_role: RoleArnOrEmpty = ""
