"""Names resources and actions, the most severe action and the most important type first."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from settings.errors import cut, printable
from studio.terraform.plan import Action, Change

_NOUNS: Mapping[str, tuple[str, str]] = {
    "aws_sagemaker_domain": ("Studio domain", "domain_name"),
    "aws_sagemaker_user_profile": ("user profile", "user_profile_name"),
    "aws_sagemaker_space": ("space", "space_name"),
    "aws_sagemaker_image": ("SageMaker image", "image_name"),
    "aws_sagemaker_image_version": ("version of the image", "image_name"),
    "aws_vpc": ("VPC", "cidr_block"),
    "aws_subnet": ("subnet", "cidr_block"),
    "aws_vpc_endpoint": ("endpoint", "service_name"),
    "aws_efs_file_system": ("file system", "creation_token"),
    "aws_ecr_repository": ("ECR repository", "name"),
    "aws_kms_key": ("KMS key", "description"),
    "aws_s3_bucket": ("S3 bucket", "bucket"),
    "aws_cloudwatch_log_group": ("log group", "name"),
    "aws_iam_role": ("role", "name"),
    "aws_iam_policy": ("policy", "name"),
    "aws_security_group": ("security group", "name"),
    "aws_sagemaker_studio_lifecycle_config": ("lifecycle config", "studio_lifecycle_config_name"),
    "aws_sagemaker_app_image_config": ("app image config", "app_image_config_name"),
    "aws_ecr_lifecycle_policy": ("lifecycle policy of", "repository"),
    "aws_s3_bucket_lifecycle_configuration": ("lifecycle rules of", "bucket"),
    "aws_s3_bucket_versioning": ("versioning of", "bucket"),
    "aws_kms_alias": ("KMS alias", "name"),
    "aws_iam_role_policy": ("inline policy", ""),
    "aws_iam_role_policy_attachment": ("policy attachment", ""),
    "aws_vpc_security_group_ingress_rule": ("inbound rule", ""),
    "aws_vpc_security_group_egress_rule": ("outbound rule", ""),
}
"""By type: its noun, and the attribute with the name. The most important types come first."""

_RANKS = {type_: rank for rank, type_ in enumerate(_NOUNS)}
_HASH = re.compile(r"_[0-9A-F]{8}$")
"""The suffix that CDKTF adds to a construct's path."""

_SERVICE_PREFIX = re.compile(r"^(cn\.)?(com\.amazonaws|aws\.sagemaker)\.[a-z0-9-]+\.")
"""The prefix of a service name that the settings omit: ``com.amazonaws.us-east-1.``."""


@dataclass(frozen=True)
class Sign:
    """The mark and the CSS class of an action. Colour alone is not accessible."""

    mark: str
    css: str


SIGNS: Mapping[Action, Sign] = {
    Action.DESTROY: Sign("\u2212", "destroyed"),
    Action.REPLACE: Sign("\u00b1", "replaced"),
    Action.GONE: Sign("?", "destroyed"),
    Action.UPDATE: Sign("~", "changed"),
    Action.CREATE: Sign("+", "created"),
    Action.FORGET: Sign("\u00b7", "unchanged"),
    Action.NOTHING: Sign("=", "unchanged"),
}
ACTIONS = tuple(SIGNS)
"""The most severe first."""

VERBS: Mapping[Action, str] = {
    Action.CREATE: "create",
    Action.UPDATE: "change",
    Action.REPLACE: "replace",
    Action.DESTROY: "destroy",
}
"""The actions that summaries count, as infinitives."""


def rank(type_: str) -> int:
    """The sort key of a type, the most important first."""
    return _RANKS.get(type_, len(_RANKS))


def noun(type_: str) -> str:
    """``aws_flow_log`` is a "flow log", ``aws_vpc`` a "VPC"."""
    return _noun_before_name(type_).removesuffix(" of")


def name(change: Change) -> str:
    """The resource's name in AWS, or its construct's path if the name is unknown."""
    return known_name(change) or _path(change)


def known_name(change: Change) -> str:
    """The resource's name in AWS; empty if it is unknown."""
    _, attribute = _NOUNS.get(change.type, ("", "name"))
    found = change.values.get(attribute)
    if not isinstance(found, str):
        return ""
    if change.type == "aws_vpc_endpoint":
        found = _SERVICE_PREFIX.sub("", found)
    return clean(found)


def title(change: Change) -> str:
    """``VPC 10.20.0.0/16``."""
    return f"{_noun_before_name(change.type)} {name(change)}"


def summarize(counts: Mapping[Action, int]) -> str:
    """``2 to create, 1 to destroy``."""
    counted = [
        f"{counts[action]} to {verb}" for action, verb in VERBS.items() if counts.get(action)
    ]
    return ", ".join(counted) or "nothing to change"


def changed_attributes(change: Change) -> str:
    """The top-level attributes that change; empty for a new or destroyed resource."""
    if change.action is Action.REPLACE and change.forcing:
        return f"{_heads(change.forcing)} cannot be changed in place"
    if change.action is Action.UPDATE:
        return _heads(path for path in change.attributes() if path != "tags_all")
    return ""


def volume(space: Mapping[str, Any]) -> str:
    """``volume of 20 GB``, for the attributes of a space."""
    match space:
        case {
            "space_settings": [
                {
                    "space_storage_settings": [
                        {"ebs_storage_settings": [{"ebs_volume_size_in_gb": int(size)}]}
                    ]
                }
            ]
        }:
            return f"volume of {size} GB"
    return "volume"


def clean(text: Any) -> str:
    """A text of a plan, in one short line."""
    return cut(printable(str(text)[:1000]))


def _noun_before_name(type_: str) -> str:
    known = _NOUNS.get(type_)
    return known[0] if known else clean(type_.partition("_")[2].replace("_", " "))


def _path(change: Change) -> str:
    path = _HASH.sub("", change.address.removeprefix(f"{change.type}."))
    description = change.values.get("description")
    return clean(f"{path} ({description})" if isinstance(description, str) else path)


def _heads(paths: Iterable[str]) -> str:
    heads = list(dict.fromkeys(path.partition("[")[0].partition(".")[0] for path in paths))
    more = f" and {len(heads) - 4} more" if len(heads) > 4 else ""
    return clean(", ".join(heads[:4]) + more)
