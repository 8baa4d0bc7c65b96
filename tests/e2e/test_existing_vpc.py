"""A deployment never changes an existing VPC, role, key or image."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.e2e.deployments import NewAccount, Studio
from tests.emulator.registry.oci import Raw, digest_of, make_repository, password_of
from tests.emulator.samples import ACCOUNT, REGION, document, trust
from tests.studio.network_team import TeamVpc


@dataclass(kw_only=True)
class ExistingResources:
    """A role, a key and an image of other teams."""

    iam: Any
    kms: Any
    ecr: Any
    role: str
    key: str
    uri: str

    @classmethod
    def create(cls, connect: Callable[[str], Any]) -> Self:
        iam, kms, ecr = map(connect, ("iam", "kms", "ecr"))
        trusts = document(trust(Action=["sts:AssumeRole", "sts:SetSourceIdentity"]))
        role = iam.create_role(RoleName="team", Path="/teams/", AssumeRolePolicyDocument=trusts)
        everything = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
        iam.put_role_policy(RoleName="team", PolicyName="all", PolicyDocument=everything)
        make_repository(ecr, "team/lab")
        registry = Raw(ecr.meta.endpoint_url, password_of(ecr))
        _, manifest = registry.image("v1", repository="team/lab")
        return cls(
            iam=iam,
            kms=kms,
            ecr=ecr,
            role=role["Role"]["Arn"],
            key=kms.create_key()["KeyMetadata"]["Arn"],
            uri=f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/lab@{digest_of(manifest)}",
        )

    def describe(self) -> dict[str, Any]:
        """All attributes of the resources."""
        role = self.iam.get_role(RoleName="team")["Role"]
        role.pop("RoleLastUsed", None)
        inline = self.iam.get_role_policy(RoleName="team", PolicyName="all")["PolicyDocument"]
        attached = self.iam.list_attached_role_policies(RoleName="team")["AttachedPolicies"]
        return {
            "role": (role, inline, attached),
            "key": self.kms.describe_key(KeyId=self.key)["KeyMetadata"],
            "policy": self.kms.get_key_policy(KeyId=self.key, PolicyName="default")["Policy"],
            "repository": self.ecr.describe_repositories(repositoryNames=["team/lab"])[
                "repositories"
            ],
            "images": self.ecr.describe_images(repositoryName="team/lab")["imageDetails"],
        }


def describe(team: TeamVpc) -> dict[str, Any]:
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
    others = ExistingResources.create(it.client)
    network = {
        "vpc_id": team.vpc_id,
        "subnet_ids": team.subnet_ids,
        "endpoints": "create-missing",
    }
    top = "\n".join(f"network.{key} = {json.dumps(value)}" for key, value in network.items())
    top += f"""
        domain.kms = "{others.key}"
        domain.execution_role = "{others.role}"
        defaults.execution_role = "{others.role}"
        image.lab.uri = "{others.uri}"
    """
    it.configure(users=["alice"], image=False, top=top)
    inventory, before = aws.inventory(), (describe(team), others.describe())

    out = ["--out", str(it.out)]
    it.up()
    it.assert_nothing_to_do()
    made = aws.counts()
    assert (made["ec2 vpc"], made["sagemaker domain"]) == (1, 1)
    assert (made["iam role"], made["kms key"], made["ecr repository"]) == (1, 1, 1)
    assert made["sagemaker image-version"] == 1
    it.run("studio", "pause", "--yes", *out)
    it.down()
    it.run("studio", "sweep", "--yes")
    assert aws.inventory() == inventory
    assert (describe(team), others.describe()) == before
