"""SageMaker domains by name; deletes their resources, again if AWS refuses it for now."""

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import Any

from catalog.names import DEPLOYMENT_TAG
from catalog.statuses import APP_ENDED
from settings import UserError
from studio.aws.client import Aws
from studio.aws.errors import AwsError, ignoring
from studio.aws.tags import sagemaker_tags
from studio.aws.waiting import wait
from studio.console.reports import Report
from studio.errors import StepFailed


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """A type of resource that belongs to a domain.

    noun: in messages. key: the members that identify one in a request. seconds: the time limit for
    its deletion. ended: statuses of deleted resources that AWS still lists.
    """

    noun: str
    key: tuple[str, ...]
    seconds: float
    ended: tuple[str, ...] = ()

    @property
    def operation(self) -> str:
        """The type in the names of botocore's methods."""
        return self.noun.replace(" ", "_")

    @property
    def member(self) -> str:
        """The member of a list operation's response."""
        return f"{self.noun.title().replace(' ', '')}s"


# Deleting an app can take 20 minutes; the limit is beyond that. Terraform's provider waits 10
# minutes for a space and 20 for a domain (internal/service/sagemaker/wait.go).
APPS = ResourceType(
    noun="app",
    key=("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
    seconds=30 * 60,
    ended=APP_ENDED,
)
SPACES = ResourceType(noun="space", key=("DomainId", "SpaceName"), seconds=10 * 60)
PROFILES = ResourceType(noun="user profile", key=("DomainId", "UserProfileName"), seconds=10 * 60)
DOMAIN = ResourceType(noun="domain", key=("DomainId",), seconds=20 * 60)

REFUSED_FOR_NOW = ("ResourceInUse", "ValidationException")
"""The codes of AWS's errors for a deletion that can succeed later."""


@dataclass(frozen=True, kw_only=True)
class DomainResource:
    """A resource of a domain. key: identifies it in a request. listed: AWS's list item."""

    key: tuple[tuple[str, str], ...]
    name: str
    status: str
    listed: dict[str, Any]


def domain_ids(aws: Aws, name: str) -> list[str]:
    """The ids of the domains with this name. Raises AwsError."""
    return [domain["DomainId"] for domain in _list_domains(aws) if domain["DomainName"] == name]


def find_domain(aws: Aws, name: str, *, in_state: Callable[[], str | None] = lambda: None) -> str:
    """The id of a deployment's domain, by its name: a client may not have the state.

    in_state: the id in Terraform's state, for several domains with the name. Raises UserError.
    """
    domains = _list_domains(aws)
    found: list[str] = [domain["DomainId"] for domain in domains if domain["DomainName"] == name]
    if not found:
        others = ", ".join(sorted({domain["DomainName"] for domain in domains})) or "none"
        raise UserError(
            f"{name}: there is no domain of that name in {aws.describe()}; there are: {others}; "
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
    return [
        domain["DomainId"]
        for domain in _list_domains(aws)
        if domain["DomainName"] == deployment
        and sagemaker_tags(aws, domain["DomainArn"]).get(DEPLOYMENT_TAG) == deployment
    ]


def list_resources(
    aws: Aws,
    kind: ResourceType,
    domain_id: str | None = None,
    *,
    of: Set[tuple[str, str]] | None = None,
) -> list[DomainResource]:
    """The resources of one type in a domain, or in all domains. Raises AwsError.

    of: members of keys, of which a resource must have one; default, all resources.
    """
    filters = {} if domain_id is None or kind is DOMAIN else {"DomainIdEquals": domain_id}
    listed = aws.all("sagemaker", f"list_{kind.operation}s", kind.member, **filters)
    found = [
        DomainResource(
            key=tuple((name, item[name]) for name in kind.key if name in item),
            name=_name(kind, item),
            status=item["Status"],
            listed=item,
        )
        for item in listed
        if item["Status"] not in kind.ended and domain_id in (None, item["DomainId"])
    ]
    return [one for one in found if of is None or not of.isdisjoint(one.key)]


def describe_resource(aws: Aws, kind: ResourceType, resource: DomainResource) -> dict[str, Any]:
    """The response of its describe operation. Raises AwsError."""
    describe = getattr(aws.client("sagemaker"), f"describe_{kind.operation}")
    response: dict[str, Any] = describe(**dict(resource.key))
    return response


def list_described(
    aws: Aws, kind: ResourceType, domain_id: str | None = None
) -> Iterator[tuple[DomainResource, dict[str, Any]]]:
    """As ``list_resources``, each with its description, but none deleted meanwhile."""
    for resource in list_resources(aws, kind, domain_id):
        with ignoring("ResourceNotFound"):
            yield resource, describe_resource(aws, kind, resource)


def delete_resources(
    aws: Aws,
    kind: ResourceType,
    domain_id: str,
    report: Report,
    *,
    of: Set[tuple[str, str]] | None = None,
    **more: Any,
) -> None:
    """Delete the resources of one type in a domain, and wait until AWS lists none.

    Repeats requests that AWS refuses for now, and also deletes resources that are created
    meanwhile. of: as for ``list_resources``. more: further members of the delete request.

    Raises StepFailed if a deletion fails or takes longer than ``kind.seconds``, AwsError.
    """
    accepted: set[tuple[tuple[str, str], ...]] = set()
    seen: dict[tuple[tuple[str, str], ...], str] = {}

    def pending() -> str:
        there = list_resources(aws, kind, domain_id, of=of)
        for gone in seen.keys() - {resource.key for resource in there}:
            report(f"deleted   {kind.noun} {seen.pop(gone)}")
        states = []
        for resource in there:
            seen[resource.key] = resource.name
            refused = ""
            if resource.key in accepted:
                _require_progress(aws, kind, resource)
            elif resource.status != "Deleting":
                refused = _request_deletion(aws, kind, resource, more)
                if not refused:
                    accepted.add(resource.key)
            states.append(f"{kind.noun} {resource.name} ({refused or 'Deleting'})")
        return ", ".join(states)

    wait(pending, seconds=kind.seconds, report=report)


def _request_deletion(
    aws: Aws, kind: ResourceType, resource: DomainResource, more: dict[str, Any]
) -> str:
    """Request the deletion; returns why AWS refuses it for now, "" if AWS accepts it."""
    delete = getattr(aws.client("sagemaker"), f"delete_{kind.operation}")
    try:
        with ignoring("ResourceNotFound"):
            delete(**dict(resource.key), **more)
    except AwsError as error:
        if error.code not in REFUSED_FOR_NOW:
            raise
        return str(error)
    return ""


def _require_progress(aws: Aws, kind: ResourceType, resource: DomainResource) -> None:
    if resource.status != "Delete_Failed":
        return
    described = describe_resource(aws, kind, resource)
    reason = described.get("FailureReason", "AWS gives no reason")
    raise StepFailed(f"{kind.noun} {resource.name}: Delete_Failed: {reason}")


def _name(kind: ResourceType, item: dict[str, Any]) -> str:
    if kind is APPS:
        owner = item.get("SpaceName") or item.get("UserProfileName")
        return f"{owner}/{item['AppType']}"
    return str(item[kind.key[-1]])


def _list_domains(aws: Aws) -> list[dict[str, Any]]:
    return aws.all("sagemaker", "list_domains", "Domains")
