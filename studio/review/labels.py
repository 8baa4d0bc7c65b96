"""How a person calls what Terraform calls by type and address."""

from collections.abc import Mapping
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
    "aws_sagemaker_app_image_config": ("app image config", "app_image_config_name"),
    "aws_sagemaker_studio_lifecycle_config": ("start script", "studio_lifecycle_config_name"),
    "aws_efs_file_system": ("file system", "creation_token"),
    "aws_ecr_repository": ("ECR repository", "name"),
    "aws_ecr_lifecycle_policy": ("rule for old images of", "repository"),
    "aws_kms_key": ("KMS key", "description"),
    "aws_kms_alias": ("KMS alias", "name"),
    "aws_iam_role": ("role", "name"),
    "aws_iam_policy": ("policy", "name"),
    "aws_vpc": ("VPC", "cidr_block"),
    "aws_subnet": ("subnet", "cidr_block"),
    "aws_vpc_endpoint": ("endpoint", "service_name"),
    "aws_security_group": ("security group", "name"),
    "aws_cloudwatch_log_group": ("log group", "name"),
    "aws_s3_bucket": ("S3 bucket", "bucket"),
    "aws_s3_bucket_lifecycle_configuration": ("rule for old objects of", "bucket"),
    "aws_s3_bucket_versioning": ("versioning of", "bucket"),
}

_NO_CHANGE = "Nothing changes."


@dataclass(frozen=True)
class Sign:
    """How an action is drawn and told: a mark for those who see no colour, and a CSS class."""

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
"""The worst first."""

TOLD = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DESTROY)


def noun(type_: str) -> str:
    """``aws_flow_log`` is a "flow log", ``aws_vpc`` a "VPC"."""
    known = _NOUNS.get(type_)
    return known[0] if known else clean(type_.partition("_")[2].replace("_", " "))


def name(change: Change) -> str:
    """What it is called in AWS; where that is not known yet, the end of its address."""
    _, attribute = _NOUNS.get(change.type, ("", "name"))
    found = change.values.get(attribute)
    if change.type == "aws_vpc_endpoint" and isinstance(found, str):
        found = (
            ".".join(found.split(".")[-2:])
            if found.endswith((".api", ".dkr"))
            else (found.rpartition(".")[2])
        )
    return clean(found) if isinstance(found, str) and found else clean(change.address)


def title(change: Change) -> str:
    """Noun and name."""
    return f"{noun(change.type)} {name(change)}"


def counts(actions: Mapping[Action, int]) -> str:
    """``2 created, 1 destroyed``, or that nothing changes."""
    told = [f"{actions[action]} {action}" for action in TOLD if actions.get(action)]
    return ", ".join(told) or _NO_CHANGE


def what_differs(change: Change) -> str:
    """The attributes that differ, by their first names; empty where all of it is new or goes."""
    if change.action is Action.REPLACE and change.forcing:
        return f"{_few(change.forcing)} cannot be changed in place"
    if change.action is Action.UPDATE:
        return _few([path for path in change.attributes() if path != "tags_all"])
    return ""


def volume(space: Mapping[str, Any]) -> str:
    """``volume of 20 GB``, from the attributes of a space."""
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
    """One short line of what a plan says."""
    return cut(printable(str(text)[:1000]))


def _few(paths: list[str] | tuple[str, ...]) -> str:
    heads = list(dict.fromkeys(path.partition("[")[0].partition(".")[0] for path in paths))
    more = f" and {len(heads) - 4} more" if len(heads) > 4 else ""
    return clean(", ".join(heads[:4]) + more)
