"""The domains of a region, by their names."""

from collections.abc import Callable
from typing import Any

from catalog.names import DEPLOYMENT_TAG
from settings import UserError
from studio.aws.client import Aws
from studio.aws.errors import ignoring


def domain_ids(aws: Aws, name: str) -> list[str]:
    """The ids of the domains with this name. Raises AwsError."""
    return [domain["DomainId"] for domain in _domains(aws) if domain["DomainName"] == name]


def find_domain(aws: Aws, name: str, *, in_state: Callable[[], str | None] = lambda: None) -> str:
    """The id of a deployment's domain, by its name: a client may not have the state.

    in_state: the id in Terraform's state, for several domains with the name. Raises UserError.
    """
    domains = _domains(aws)
    found: list[str] = [domain["DomainId"] for domain in domains if domain["DomainName"] == name]
    if not found:
        others = ", ".join(sorted({domain["DomainName"] for domain in domains})) or "none"
        raise UserError(
            f"{name}: there is no domain of that name in {aws.region}, there are: {others}; "
            "`studio up` creates it"
        )
    if len(found) == 1:
        return found[0]
    known = in_state()
    if known not in found:
        raise UserError(f"{name}: several domains have that name: {', '.join(found)}")
    return known


def tagged_domains(aws: Aws, deployment: str) -> list[str]:
    """The ids of the domains with a deployment's name and tag. Raises AwsError."""
    marked = {"Key": DEPLOYMENT_TAG, "Value": deployment}
    found = []
    for domain in _domains(aws):
        if domain["DomainName"] == deployment:
            with ignoring("ResourceNotFound"):
                arn = domain["DomainArn"]
                if marked in aws.all("sagemaker", "list_tags", "Tags", ResourceArn=arn):
                    found.append(domain["DomainId"])
    return found


def _domains(aws: Aws) -> list[dict[str, Any]]:
    return aws.all("sagemaker", "list_domains", "Domains")
