"""The steps of a deployment, by the commands of ``studio``, and its resources in an account.

On the emulated AWS, tests/e2e/test_down.py, test_connect.py and test_connect_helper.py use them; on
a real account, checked_deployment.py does.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from catalog.names import DEPLOYMENT_TAG, HOME_OWNER_TAG, ConnectMethod
from tests.e2e.client_machine import ClientMachine
from tests.e2e.deployments import Studio

_COPIED = 1_000_000


def deploy(it: Studio) -> None:
    """Run `studio up`; the next plan is empty."""
    it.up()
    it.assert_nothing_to_do()


def connect(client: ClientMachine, method: ConnectMethod) -> None:
    """Run `studio connect`, then a command by ssh, and copy a file in both directions by scp."""
    assert client.connect("--way", method).splitlines()[-1] == client.host
    there = client.ssh(client.host, "mktemp").strip()
    sent, back = client.home / "sent", client.home / "back"
    sent.write_bytes(secrets.token_bytes(_COPIED))
    client.ssh("-q", str(sent), f"{client.host}:{there}", program="scp")
    client.ssh("-q", f"{client.host}:{there}", str(back), program="scp")
    assert back.read_bytes() == sent.read_bytes()
    client.ssh(client.host, f"rm {there}")


def pause(it: Studio, ec2: Any, name: str) -> str:
    """Run `studio pause`, which deletes all interface endpoints; returns its output."""
    printed = it.studio("pause", "--yes")
    assert interface_endpoints(ec2, name) == []
    return printed


def resume(it: Studio, ec2: Any, name: str) -> str:
    """Run `studio resume`, which creates interface endpoints; returns its output."""
    printed = it.studio("resume")
    assert interface_endpoints(ec2, name)
    return printed


def down(it: Studio, client_of: Callable[[str], Any], name: str) -> None:
    """Run `studio down`, which deletes all resources with the deployment's name or tag."""
    domains = [arn for arn, _ in _domains(client_of, name)]
    it.down()
    assert remaining_resources(client_of, name, homes_of=domains) == []


def _tagged(name: str) -> list[dict[str, Any]]:
    return [{"Name": f"tag:{DEPLOYMENT_TAG}", "Values": [name]}]


def interface_endpoints(ec2: Any, name: str) -> list[str]:
    """The ids of the deployment's endpoints that AWS bills by the hour."""
    found = ec2.describe_vpc_endpoints(Filters=_tagged(name))["VpcEndpoints"]
    return [
        one["VpcEndpointId"]
        for one in found
        if one["VpcEndpointType"] == "Interface"
        and one["State"].lower() not in ("deleting", "deleted")
    ]


def remaining_resources(
    client_of: Callable[[str], Any], name: str, *, homes_of: Iterable[str] = ()
) -> list[str]:
    """The resources with the deployment's name or tag, as `KIND NAME`.

    homes_of: the ARNs of deleted domains, whose home directories are included.
    """
    return [f"{kind} {each}" for kind, each in _resources(client_of, name, set(homes_of))]


def _domains(client_of: Callable[[str], Any], name: str) -> Iterator[tuple[str, str]]:
    """The ARN and the id of each domain of that name."""
    for domain in client_of("sagemaker").list_domains()["Domains"]:
        if domain["DomainName"] == name:
            yield domain["DomainArn"], domain["DomainId"]


def _resources(
    client_of: Callable[[str], Any], name: str, homes_of: set[str]
) -> Iterator[tuple[str, str]]:
    ec2, sagemaker = client_of("ec2"), client_of("sagemaker")
    for vpc in ec2.describe_vpcs(Filters=_tagged(name))["Vpcs"]:
        yield "vpc", vpc["VpcId"]
    for endpoint in interface_endpoints(ec2, name):
        yield "endpoint", endpoint
    for arn, domain_id in _domains(client_of, name):
        homes_of.add(arn)
        yield "domain", domain_id
    of = {"NameContains": name}
    for image in sagemaker.list_images(**of)["Images"]:
        yield "image", image["ImageName"]
    for config in sagemaker.list_app_image_configs(**of)["AppImageConfigs"]:
        yield "app image config", config["AppImageConfigName"]
    for script in sagemaker.list_studio_lifecycle_configs(**of)["StudioLifecycleConfigs"]:
        yield "lifecycle configuration", script["StudioLifecycleConfigName"]
    for repository in client_of("ecr").describe_repositories()["repositories"]:
        if repository["repositoryName"].startswith(f"{name}/"):
            yield "repository", repository["repositoryName"]
    iam = client_of("iam")
    for page in iam.get_paginator("list_roles").paginate():
        yield from (("role", r["RoleName"]) for r in page["Roles"] if _named(r["RoleName"], name))
    for page in iam.get_paginator("list_policies").paginate(Scope="Local"):
        found = (policy["PolicyName"] for policy in page["Policies"])
        yield from (("policy", each) for each in found if _named(each, name))
    for group in client_of("logs").describe_log_groups(logGroupNamePattern=name)["logGroups"]:
        yield "log group", group["logGroupName"]
    for system in client_of("efs").describe_file_systems()["FileSystems"]:
        tags = {tag["Key"]: tag["Value"] for tag in system["Tags"]}
        if tags.get(HOME_OWNER_TAG) in homes_of:
            yield "file system", system["FileSystemId"]


def _named(text: str, name: str) -> bool:
    return text == name or text.startswith(f"{name}-")
