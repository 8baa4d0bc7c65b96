"""Interface endpoints, which AWS bills by the hour: their cost and their deletion."""

from collections.abc import Iterable
from typing import Any

from catalog.service_prices import ENDPOINT_ZONE_HOUR
from catalog.statuses import ENDPOINT_LEAVING
from studio.aws.client import Aws
from studio.aws.waiting import wait
from studio.console.reports import Report

_SECONDS = 15 * 60.0


def vpc_of(aws: Aws, domain_id: str) -> str:
    """The domain's VPC. Raises AwsError."""
    return str(aws.client("sagemaker").describe_domain(DomainId=domain_id)["VpcId"])


def interface_endpoints(aws: Aws, vpc_id: str) -> dict[str, dict[str, Any]]:
    """The interface endpoints in a VPC, by the name of their service. Raises AwsError."""
    filters = {"vpc-id": [vpc_id], "vpc-endpoint-type": ["Interface"]}
    found = aws.list_ec2("describe_vpc_endpoints", "VpcEndpoints", filters)
    return {
        one["ServiceName"]: one for one in found if one["State"].lower() not in ENDPOINT_LEAVING
    }


def describe_endpoints(aws: Aws, endpoints: Iterable[str]) -> list[dict[str, Any]]:
    """The endpoints of these ids that exist, of any type. Raises AwsError."""
    ids = list(endpoints)
    if not ids:
        return []
    # EC2 refuses a request, but not a filter, with the id of a deleted endpoint.
    listed = aws.list_ec2("describe_vpc_endpoints", "VpcEndpoints", {"vpc-endpoint-id": ids})
    # States begin with a capital letter in the API's model, not in its responses.
    return [one for one in listed if one["State"].lower() != "deleted"]


def usd_per_hour(aws: Aws, endpoints: Iterable[str]) -> float:
    """The price of these interface endpoints in us-east-1. Raises AwsError."""
    found = describe_endpoints(aws, endpoints)
    return sum(len(one["SubnetIds"]) for one in found) * ENDPOINT_ZONE_HOUR


def existing(aws: Aws, endpoints: Iterable[str]) -> tuple[str, ...]:
    """The ids of the endpoints that exist. Raises AwsError."""
    return tuple(one["VpcEndpointId"] for one in describe_endpoints(aws, endpoints))


def delete_endpoints(aws: Aws, endpoints: Iterable[str], report: Report) -> None:
    """Delete endpoints and wait until AWS lists none of them: Terraform cannot create them before.

    Raises StepFailed, AwsError.
    """
    ids, seen = list(endpoints), set[str]()

    def pending() -> str:
        listed = describe_endpoints(aws, ids)
        seen.update(one["VpcEndpointId"] for one in listed)
        existing = [one["VpcEndpointId"] for one in listed if one["State"].lower() != "deleting"]
        refused = []
        if existing:
            answer = aws.client("ec2").delete_vpc_endpoints(VpcEndpointIds=existing)
            refused = [one["Error"]["Message"] for one in answer.get("Unsuccessful", [])]
        reason = f" ({refused[0]})" if refused else ""
        return f"{len(listed)} interface endpoints{reason}" if listed else ""

    wait(pending, seconds=_SECONDS, report=report)
    if seen:
        report(f"deleted   {len(seen)} interface endpoints")
