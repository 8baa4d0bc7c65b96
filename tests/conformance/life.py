"""The steps of a deployment's life, by the real commands, and what stands of it in an account.

On the emulated AWS the end-to-end tests take them: tests/e2e/test_down.py deploys, pauses, resumes
and takes down, test_connect.py and test_connect_helper.py connect. On a real account a life takes
them; see account_life.py.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from catalog.names import DEPLOYMENT_TAG, ConnectMethod
from catalog.tags import HOME_OWNER_TAG
from tests.e2e.client_machine import ClientMachine
from tests.e2e.deployments import Studio

_COPIED = 1_000_000


def deploy(it: Studio) -> None:
    """`studio up`; a second plan is empty."""
    it.up()
    it.assert_nothing_to_do()


def reach(client: ClientMachine, way: ConnectMethod) -> None:
    """`studio connect`, then a command and a file there and back, by ssh and scp."""
    assert client.studio("--way", way).splitlines()[-1] == client.host
    there = client.ssh(client.host, "mktemp").strip()
    sent, back = client.home / "sent", client.home / "back"
    sent.write_bytes(secrets.token_bytes(_COPIED))
    client.ssh("-q", str(sent), f"{client.host}:{there}", program="scp")
    client.ssh("-q", f"{client.host}:{there}", str(back), program="scp")
    assert back.read_bytes() == sent.read_bytes()
    client.ssh(client.host, f"rm {there}")


def pause(it: Studio, ec2: Any, name: str) -> str:
    """`studio pause` leaves no interface endpoint; what it printed."""
    printed = it.run("studio", "pause", "--yes", "--out", str(it.out))
    assert interface_endpoints(ec2, name) == []
    return printed


def resume(it: Studio, ec2: Any, name: str) -> str:
    """`studio resume` brings the endpoints again; what it printed."""
    printed = it.run("studio", "resume", "--out", str(it.out))
    assert interface_endpoints(ec2, name)
    return printed


def take_down(it: Studio, client_of: Callable[[str], Any], name: str) -> None:
    """`studio down` leaves nothing of the deployment's name and tag."""
    domains = [arn for arn, _ in _domains(client_of, name)]
    it.down()
    assert standing(client_of, name, homes_of=domains) == []


def _tagged(name: str) -> list[dict[str, Any]]:
    return [{"Name": f"tag:{DEPLOYMENT_TAG}", "Values": [name]}]


def interface_endpoints(ec2: Any, name: str) -> list[str]:
    """The ids of the deployment's endpoints that are billed by the hour."""
    found = ec2.describe_vpc_endpoints(Filters=_tagged(name))["VpcEndpoints"]
    return [
        one["VpcEndpointId"]
        for one in found
        if one["VpcEndpointType"] == "Interface"
        and one["State"].lower() not in ("deleting", "deleted")
    ]


def standing(
    client_of: Callable[[str], Any], name: str, *, homes_of: Iterable[str] = ()
) -> list[str]:
    """What there is of the deployment, by its name and tag, as `KIND NAME`.

    homes_of: the ARNs of domains that may be gone, whose home directories are looked for too.
    """
    return [f"{kind} {each}" for kind, each in _standing(client_of, name, set(homes_of))]


def _domains(client_of: Callable[[str], Any], name: str) -> Iterator[tuple[str, str]]:
    """The ARN and the id of each domain of that name."""
    for domain in client_of("sagemaker").list_domains()["Domains"]:
        if domain["DomainName"] == name:
            yield domain["DomainArn"], domain["DomainId"]


def _standing(
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
