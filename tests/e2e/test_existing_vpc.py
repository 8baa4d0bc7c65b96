"""A deployment never changes an existing VPC, role, key or image."""

import json
from pathlib import Path
from typing import Any

from tests.e2e.deployments import NewAccount, Studio
from tests.emulator.registry.oci import Raw, digest_of, make_repository, password_of
from tests.emulator.samples import ACCOUNT, REGION, document, trust
from tests.studio.network_team import TeamVpc


def create_others(it: Studio) -> tuple[str, str, str]:
    """The ARN of a role, the ARN of a key and the URI of an image of other teams."""
    iam, ecr = it.client("iam"), it.client("ecr")
    trusts = document(trust(Action=["sts:AssumeRole", "sts:SetSourceIdentity"]))
    role = iam.create_role(RoleName="team", Path="/teams/", AssumeRolePolicyDocument=trusts)
    everything = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
    iam.put_role_policy(RoleName="team", PolicyName="all", PolicyDocument=everything)
    key = it.client("kms").create_key()["KeyMetadata"]["Arn"]
    make_repository(ecr, "team/lab")
    registry = Raw(ecr.meta.endpoint_url, password_of(ecr))
    _, manifest = registry.image("v1", repository="team/lab")
    uri = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/lab@{digest_of(manifest)}"
    return role["Role"]["Arn"], key, uri


def describe_others(it: Studio, key: str) -> dict[str, Any]:
    """All attributes of the resources of ``create_others``."""
    iam, kms, ecr = it.client("iam"), it.client("kms"), it.client("ecr")
    role = iam.get_role(RoleName="team")["Role"]
    role.pop("RoleLastUsed", None)
    return {
        "role": role,
        "inline": iam.get_role_policy(RoleName="team", PolicyName="all")["PolicyDocument"],
        "attached": iam.list_attached_role_policies(RoleName="team")["AttachedPolicies"],
        "key": kms.describe_key(KeyId=key)["KeyMetadata"],
        "policy": kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"],
        "repositories": ecr.describe_repositories(repositoryNames=["team/lab"])["repositories"],
        "images": ecr.describe_images(repositoryName="team/lab")["imageDetails"],
    }


def describe_vpc(team: TeamVpc) -> dict[str, Any]:
    """All attributes of the VPC's resources."""
    ec2, of_vpc = team.ec2, [{"Name": "vpc-id", "Values": [team.vpc_id]}]
    endpoints = [team.gateway_id, *team.endpoints.values()]
    return {
        "vpc": ec2.describe_vpcs(VpcIds=[team.vpc_id])["Vpcs"],
        "subnets": ec2.describe_subnets(SubnetIds=team.subnet_ids)["Subnets"],
        "tables": ec2.describe_route_tables(Filters=of_vpc)["RouteTables"],
        "group": ec2.describe_security_groups(GroupIds=[team.group_id])["SecurityGroups"],
        "endpoints": ec2.describe_vpc_endpoints(VpcEndpointIds=endpoints)["VpcEndpoints"],
        "logs": ec2.describe_flow_logs()["FlowLogs"],
    }


def test_existing_resources_do_not_change(tmp_path: Path, new_account: NewAccount) -> None:
    aws = new_account("speed=1000")
    it = Studio.in_folder(tmp_path / "deployment", aws)
    team = TeamVpc.create(it.client("ec2"), existing=["ssm", "sts"])
    role, key, uri = create_others(it)
    network = {
        "vpc_id": team.vpc_id,
        "subnet_ids": team.subnet_ids,
        "endpoints": "create-missing",
    }
    top = "\n".join(f"network.{name} = {json.dumps(value)}" for name, value in network.items())
    top += f"""
        domain.kms = "{key}"
        domain.execution_role = "{role}"
        defaults.execution_role = "{role}"
        image.lab.uri = "{uri}"
    """
    it.configure(users=["alice"], image=False, top=top)
    inventory, before = aws.inventory(), (describe_vpc(team), describe_others(it, key))

    it.up()
    it.assert_nothing_to_do()
    made = aws.counts()
    assert (made["ec2 vpc"], made["sagemaker domain"]) == (1, 1)
    assert (made["iam role"], made["kms key"], made["ecr repository"]) == (1, 1, 1)
    assert made["sagemaker image-version"] == 1
    it.studio("pause", "--yes")
    it.down()
    it.run("studio", "sweep", "--yes")
    assert aws.inventory() == inventory
    assert (describe_vpc(team), describe_others(it, key)) == before
