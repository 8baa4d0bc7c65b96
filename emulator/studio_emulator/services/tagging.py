"""The Resource Groups Tagging API, for the resources of moto and of Studio."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from studio_emulator import paging
from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.inventory import moto_resources
from studio_emulator.ssm.store import store as ssm_store
from studio_emulator.studio.store import store

_invalid = partial(AwsError, "InvalidParameterException")
Tags = Mapping[str, str]
_ON_A_PAGE = 50
_LARGEST = 1_000_000
# The services whose tagged resources the emulator finds.
_SERVICES = ("ec2", "ecr", "elasticfilesystem", "kms", "logs", "s3", "sagemaker", "ssm")


@dataclass(frozen=True, kw_only=True)
class _Tagged:
    """type: as in ResourceTypeFilters, `service:type`."""

    arn: str
    type: str
    tags: Tags


def get_resources(params: Params, call: Call) -> Answer:
    """GetResources, with ResourceTypeFilters of these services only."""
    types = params.get("ResourceTypeFilters") or []
    for each in types:
        if each.partition(":")[0] not in _SERVICES:
            raise _invalid(f"ResourceTypeFilters: {each} is not emulated")
    arns = params.get("ResourceARNList")
    filters = params.get("TagFilters") or []
    if arns and (types or filters):
        raise _invalid("ResourceARNList cannot be combined with filters.")
    found, token = paging.page(
        (
            each
            for each in _tagged(call)
            if (not types or not {each.type, each.type.partition(":")[0]}.isdisjoint(types))
            and (not arns or each.arn in arns)
            and all(_matches(each.tags, condition) for condition in filters)
        ),
        key=lambda each: [each.arn],
        size=params.get("ResourcesPerPage", _ON_A_PAGE),
        token=params.get("PaginationToken"),
    )
    listed = [
        {"ResourceARN": each.arn, "Tags": [{"Key": k, "Value": v} for k, v in each.tags.items()]}
        for each in found
    ]
    return {"ResourceTagMappingList": listed, "PaginationToken": token or ""}


def get_tag_keys(_params: Params, call: Call) -> Answer:
    """GetTagKeys, on one page."""
    return {"TagKeys": sorted({key for each in _tagged(call) for key in each.tags})}


def get_tag_values(params: Params, call: Call) -> Answer:
    """GetTagValues of a key, on one page."""
    key = params["Key"]
    return {"TagValues": sorted({e.tags[key] for e in _tagged(call) if key in e.tags})}


def _tagged(call: Call) -> Iterator[_Tagged]:
    seen = set()
    for source in (_studio, _nodes, _network, _repositories, _moto):
        for each in source(call):
            # Moto's names and ARNs of some EC2 types differ from AWS's.
            identity = each.arn.rpartition("/")[2] if each.type.startswith("ec2:") else each.arn
            if each.tags and identity not in seen:
                seen.add(identity)
                yield each


def _studio(call: Call) -> Iterator[_Tagged]:
    held = store(call)
    for resource in held.resources():
        if resource.status != "Deleted":
            tags = held.tags.get(resource.arn, {})
            yield _Tagged(arn=resource.arn, type=f"sagemaker:{resource.type}", tags=tags)


def _nodes(call: Call) -> Iterator[_Tagged]:
    for node in ssm_store(call).nodes.values():
        arn = call.arn(f"managed-instance/{node.id}", "ssm")
        yield _Tagged(arn=arn, type="ssm:managed-instance", tags=node.tags)


def _network(call: Call) -> Iterator[_Tagged]:
    ec2 = call.backend("ec2")
    for item in moto_resources.ec2_items(ec2):
        tags = dict(ec2.tags.get(item.id, {}))
        yield _Tagged(arn=item.arn, type=f"ec2:{item.type}", tags=tags)


def _repositories(call: Call) -> Iterator[_Tagged]:
    ecr = call.backend("ecr")
    for repository in ecr.repositories.values():
        listed = ecr.list_tags_for_resource(repository.arn)["tags"]
        tags = {tag["Key"]: tag["Value"] for tag in listed}
        yield _Tagged(arn=repository.arn, type="ecr:repository", tags=tags)


def _moto(call: Call) -> Iterator[_Tagged]:
    _, found = call.backend("resourcegroupstaggingapi").get_resources(
        resources_per_page=_LARGEST, tags_per_page=_LARGEST
    )
    for resource in found:
        yield _Tagged(arn=resource.arn, type=resource.resource_type, tags=resource.tags)


def _matches(tags: Tags, condition: Params) -> bool:
    """Whether the resource has the key, and one of the filter's values, if any."""
    key, values = condition["Key"], condition.get("Values")
    return key in tags and (not values or tags[key] in values)
