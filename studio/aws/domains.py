"""The domains of a region, by their names."""

from __future__ import annotations

from collections.abc import Callable

from settings import UserError
from studio.aws.client import Aws


def domain_ids(aws: Aws, name: str) -> list[str]:
    """The ids of the domains that have the name. Raises AwsError."""
    return [
        domain["DomainId"]
        for domain in aws.all("sagemaker", "list_domains", "Domains")
        if domain["DomainName"] == name
    ]


def find_domain(aws: Aws, name: str, *, in_state: Callable[[], str | None] = lambda: None) -> str:
    """The id of a deployment's domain, by its name: people who connect need not have the state.

    in_state: the id in Terraform's state, which decides where several domains have the name.
    Raises UserError.
    """
    found = domain_ids(aws, name)
    if not found:
        raise UserError(f"{name}: there is no domain of that name; run `studio up` first")
    if len(found) == 1:
        return found[0]
    known = in_state()
    if known not in found:
        raise UserError(f"{name}: several domains have that name: {', '.join(found)}")
    return known
