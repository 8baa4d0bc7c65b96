"""What of a plan would lose people's data: a table of what holds data, and what it survives.

Whatever is replaced or destroyed of these types is at risk. An update in place is, where the table
does not say that it is harmless: the AWS provider cannot update a VPC-only domain
(hashicorp/terraform-provider-aws#45528), and of a space everything but what the next start of its
app reads. What harms the data of something else, or of what survives, is in side_effects.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from settings import Settings
from studio.review import labels
from studio.review.causes import causes
from studio.review.side_effects import SIDE_EFFECTS, side_effect
from studio.terraform.plan import Action, Change, Plan

_TAGS = ("tags", "tags_all")


@dataclass(frozen=True, kw_only=True)
class Risk:
    """Something that holds data and would not survive the plan unharmed.

    loss: what is lost, a clause. settings: the keys of studio.toml that bring it about, with their
    values; empty where none does.
    """

    stack: str
    change: Change
    loss: str
    settings: tuple[str, ...]

    @property
    def action(self) -> Action:
        return self.change.action

    @property
    def address(self) -> str:
        """What ``studio up --allow`` takes."""
        return self.change.address


@dataclass(frozen=True)
class DataResource:
    """What a resource holds (a clause, from its attributes), and updates in place that it survives.

    safe_updates: None where every one is; else the paths below which a change does not matter.
    """

    loss: Callable[[Mapping[str, Any]], str]
    safe_updates: tuple[str, ...] | None = None


def _domain(values: Mapping[str, Any]) -> str:
    system = labels.clean(values.get("home_efs_file_system_id", "its file system"))
    match values:
        case {"retention_policy": [{"home_efs_file_system": "Retain"}]}:
            return f"every home directory stays behind on {system}, which a new domain does not use"
    return f"every home directory, on {system}, is deleted"


def _space(values: Mapping[str, Any]) -> str:
    return f"the {labels.volume(values)} and all files on it"


def _says(loss: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda _: loss


DATA_RESOURCES: Mapping[str, DataResource] = {
    "aws_sagemaker_domain": DataResource(_domain, safe_updates=_TAGS),
    "aws_sagemaker_space": DataResource(
        _space,
        safe_updates=(
            *_TAGS,
            "space_display_name",
            "space_settings[0].code_editor_app_settings",
            "space_settings[0].jupyter_lab_app_settings",
            "space_settings[0].kernel_gateway_app_settings",
        ),
    ),
    "aws_sagemaker_user_profile": DataResource(_says("nobody gets at the home directory any more")),
    "aws_efs_file_system": DataResource(_says("every file on it"), safe_updates=_TAGS),
    "aws_ebs_volume": DataResource(_says("every file on it")),
    "aws_kms_key": DataResource(_says("nobody can read the data that it encrypts, backups too")),
    "aws_vpc": DataResource(_says("the Studio domain and its home file system are in it")),
    "aws_subnet": DataResource(_says("the Studio domain and its home file system are in it")),
    "aws_ecr_repository": DataResource(_says("the images in it, which versions are started from")),
    "aws_sagemaker_image": DataResource(_says("all its versions, for users who run one too")),
    "aws_sagemaker_image_version": DataResource(_says("who runs it or is pinned to it loses it")),
    "aws_s3_bucket": DataResource(_says("the objects in it, such as Terraform's state")),
    "aws_cloudwatch_log_group": DataResource(_says("the records in it")),
}


def risks(plans: Iterable[Plan], settings: Settings) -> list[Risk]:
    """The data at risk in the plans of a deployment's stacks, in the order of the tables."""
    order = [*DATA_RESOURCES, *SIDE_EFFECTS]
    found = sorted(
        ((plan, change) for plan in plans for change in _endangered(plan)),
        key=lambda one: order.index(one[1].type),
    )
    changes = [change for _, change in found]
    return [
        Risk(
            stack=plan.stack,
            change=change,
            loss=side_effect(change, plan) or _loss(change),
            settings=tuple(causes(change, changes, settings)),
        )
        for plan, change in found
    ]


def _endangered(plan: Plan) -> Iterator[Change]:
    for change in plan.changes:
        if side_effect(change, plan) or (
            change.type in DATA_RESOURCES
            and (
                change.action in (Action.REPLACE, Action.DESTROY)
                or (change.action is Action.UPDATE and not _is_harmless(change))
            )
        ):
            yield change
    # A wrong region or account looks as if everything had been deleted by hand.
    yield from (change for change in plan.gone if change.type in DATA_RESOURCES)


def _is_harmless(change: Change) -> bool:
    harmless = DATA_RESOURCES[change.type].safe_updates
    return harmless is None or all(
        any(path == safe or path.startswith((f"{safe}.", f"{safe}[")) for safe in harmless)
        for path in change.attributes()
    )


def _loss(change: Change) -> str:
    if change.action is Action.UPDATE and change.type == "aws_sagemaker_domain":
        return "AWS refuses the provider's update of a VPC-only domain half-way"
    if change.action is Action.UPDATE and change.type == "aws_sagemaker_space":
        return f"the {labels.volume(change.before)} is what changes"
    if change.action is Action.UPDATE:
        return "it holds files, and is changed in place"
    if change.action is Action.GONE:
        return (
            "Terraform would make another one and forget this one; is it the right account and "
            "region?"
        )
    return DATA_RESOURCES[change.type].loss(change.before)
