"""Finds changes that put data at risk, and updates of a domain or a space that nothing can allow.

The data of a resource is at risk if Terraform replaces or destroys the resource, or updates it in
place in an unsafe way: the AWS provider cannot update a VPC-only domain
(hashicorp/terraform-provider-aws#45528), and AWS refuses every update of a space but that of its
tags. For changes of other resources that delete data, see side_effects.py.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from settings import Settings
from settings.errors import printable
from studio.review import labels
from studio.review.causes import causes
from studio.review.side_effects import SIDE_EFFECTS, side_effect
from studio.terraform.plan import Action, Change, Plan, is_below

_TAGS = ("tags", "tags_all")
_REFUSED_UPDATES: Mapping[str, str] = {
    "aws_sagemaker_domain": (
        "AWS rejects the update of a VPC-only domain after the provider applies part of it"
    ),
    "aws_sagemaker_space": "AWS rejects each update of a space but that of its tags",
}
"""By type: why an update of more than the tags always fails."""


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A change that puts data at risk.

    loss: a clause. settings: the settings that cause the change; may be empty.
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
        """The argument of ``studio up --allow``."""
        return self.change.address

    @property
    def allowable(self) -> bool:
        """Whether --allow helps: AWS refuses each update of a domain or space that is at risk."""
        return self.action is not Action.UPDATE or self.change.type not in _REFUSED_UPDATES

    def is_allowed(self, addresses: Collection[str]) -> bool:
        return self.allowable and self.address in addresses

    def remedy(self, flag: str = "--allow") -> str:
        """The flag that accepts the loss, or the change to undo."""
        if self.allowable:
            return f"to accept the loss: {flag} {printable(self.address)}"
        keys = [setting.partition(" ")[0] for setting in self.settings]
        undo = f"undo the change of {', '.join(keys)}" if keys else "undo the change"
        return f"{undo}; set it just before `studio down`" if keys == ["domain.retention"] else undo


@dataclass(frozen=True)
class DataResource:
    """A type of resource that holds data.

    loss: a clause, or a function of the resource's attributes. safe_updates: the paths of the
    attributes that Terraform can safely update in place; None if all are safe.
    """

    loss: str | Callable[[Mapping[str, Any]], str]
    safe_updates: tuple[str, ...] | None = None


def _domain(values: Mapping[str, Any]) -> str:
    system = labels.clean(values.get("home_efs_file_system_id", "its file system"))
    match values:
        case {"retention_policy": [{"home_efs_file_system": "Retain"}]}:
            return f"every home directory remains on {system}, which a new domain does not use"
    return f"every home directory, on {system}, is deleted"


DATA_RESOURCES: Mapping[str, DataResource] = {
    "aws_sagemaker_domain": DataResource(_domain, safe_updates=_TAGS),
    "aws_sagemaker_space": DataResource(
        lambda values: f"the {labels.volume(values)} and all files on it",
        safe_updates=_TAGS,
    ),
    "aws_sagemaker_user_profile": DataResource("the user loses access to the home directory"),
    "aws_efs_file_system": DataResource("every file on it", safe_updates=_TAGS),
    "aws_ebs_volume": DataResource("every file on it"),
    "aws_kms_key": DataResource("the data that it encrypts, including backups, cannot be read"),
    "aws_vpc": DataResource("the Studio domain and its home file system are in it"),
    "aws_subnet": DataResource("the Studio domain and its home file system are in it"),
    "aws_ecr_repository": DataResource("the images in it, from which image versions are created"),
    "aws_sagemaker_image": DataResource("all its versions, including those in use"),
    "aws_sagemaker_image_version": DataResource("users who run it or are pinned to it lose it"),
    "aws_s3_bucket": DataResource("the objects in it, such as Terraform's state"),
    "aws_cloudwatch_log_group": DataResource("the records in it"),
}


def risks(plans: Iterable[Plan], settings: Settings) -> list[Risk]:
    """The data at risk in the plans, in the order of the tables."""
    order, plans = [*DATA_RESOURCES, *SIDE_EFFECTS], list(plans)
    # IAM, which has no region, is not among these types.
    found_any = any(
        change.before for plan in plans for change in plan.changes if change.type in DATA_RESOURCES
    )
    found = sorted(
        ((plan, change) for plan in plans for change in _at_risk(plan)),
        key=lambda one: order.index(one[1].type),
    )
    changes = [change for _, change in found]
    return [
        Risk(
            stack=plan.stack,
            change=change,
            loss=side_effect(change, plan) or _loss(change, found_any=found_any),
            settings=()
            if found_any and change.action is Action.GONE
            else tuple(causes(change, changes, settings)),
        )
        for plan, change in found
    ]


def _at_risk(plan: Plan) -> Iterator[Change]:
    for change in plan.changes:
        if side_effect(change, plan) or (
            change.type in DATA_RESOURCES
            and (
                change.action in (Action.REPLACE, Action.DESTROY)
                or (change.action is Action.UPDATE and not _is_safe_update(change))
            )
        ):
            yield change
    # With a wrong region or account, every resource seems to be deleted.
    yield from (change for change in plan.gone if change.type in DATA_RESOURCES)


def _is_safe_update(change: Change) -> bool:
    safe_updates = DATA_RESOURCES[change.type].safe_updates
    return safe_updates is None or all(is_below(path, safe_updates) for path in change.attributes())


def _loss(change: Change, *, found_any: bool) -> str:
    """found_any: whether AWS has other resources of the deployment."""
    if change.action is Action.UPDATE:
        in_place = "it holds files, and Terraform updates it in place"
        return _REFUSED_UPDATES.get(change.type, in_place)
    if change.action is Action.GONE:
        then = "would create another one and remove this one from its state"
        if found_any:
            return f"deleted outside Terraform, which {then}"
        return f"Terraform {then}; check the account and the region"
    loss = DATA_RESOURCES[change.type].loss
    return loss if isinstance(loss, str) else loss(change.before)
