"""Settings and synthesized stacks for tests of several packages."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from catalog.permissions.iam import Account
from settings import Settings

if TYPE_CHECKING:
    from cdktf import TerraformStack

Template = dict[str, Any]
ACCOUNT = Account(partition="aws", region="us-east-1", id="123456789012")

_T = TypeVar("_T")


def once(build: Callable[..., _T]) -> Callable[..., _T]:
    """`build`, called once for the same keyword arguments, which JSON can hold.

    All callers share what it returns, so leave it as it is.
    """
    built: dict[str, _T] = {}

    @wraps(build)
    def found(**arguments: Any) -> _T:
        key = json.dumps(arguments, sort_keys=True)
        if key not in built:
            built[key] = build(**arguments)
        return built[key]

    return found


def settings(**sections: Any) -> Settings:
    """Valid settings with two users; keyword arguments replace top-level keys."""
    return Settings.model_validate({"users": {"alice": {}, "bob": {}}, **sections})


def new_stack() -> TerraformStack:
    """An empty stack of another app, which passes plain values to modules."""
    from cdktf import TerraformStack, Testing
    from cdktf_cdktf_provider_aws.provider import AwsProvider

    stack = TerraformStack(Testing.app(), "x")
    AwsProvider(stack, "aws")
    return stack


def synth(stack: TerraformStack) -> Template:
    """Terraform's JSON of a stack, after its validations."""
    from cdktf import Testing

    template: Template = json.loads(Testing.synth(stack, True))
    return template


def only(template: Template, kind: str, section: str = "resource") -> Template:
    """The only resource, or data source, of a type."""
    (found,) = template[section][kind].values()
    return dict(found)


def by_address(template: Template) -> dict[str, Template]:
    """The resources by their address."""
    return {
        f"{kind}.{name}": resource
        for kind, resources in template["resource"].items()
        for name, resource in resources.items()
    }


def references(
    template: Template, kind: str, attribute: str = "id", section: str = "resource"
) -> dict[str, Template]:
    """The resources, or data sources, of a type by the expression that reads an attribute."""
    source = kind if section == "resource" else f"{section}.{kind}"
    found = template[section][kind].items()
    return {f"${{{source}.{address}.{attribute}}}": one for address, one in found}


def group_names(template: Template) -> dict[str, str]:
    """The names of security groups by the expression that reads their id."""
    found = references(template, "aws_security_group").items()
    return {id_: group["name"] for id_, group in found}


def interfaces(template: Template) -> dict[str, Template]:
    """Interface endpoints by the name of their service."""
    found = template.get("resource", {}).get("aws_vpc_endpoint", {}).values()
    return {one["service_name"]: one for one in found if one["vpc_endpoint_type"] == "Interface"}
