"""A deployment made with boto3 alone: what `studio up` makes, without its minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from emulator import ssm
from emulator.clock import Clock
from emulator.server import Emulator
from scripts.support.cdktf_runs import Deployment
from settings import Settings
from settings.endpoint_services import service_name, services
from tests.emulator.samples import ACCOUNT, READ_IMAGES, REGION, document, push, trust

TRUSTED = ("sts:AssumeRole", "sts:SetSourceIdentity")
SUBNETS = ("10.20.0.0/24", "10.20.1.0/24")


@dataclass(kw_only=True)
class KnownState(Deployment):
    """A deployment whose state holds one output: the domain's id, None before it is deployed."""

    domain_id: str | None

    def output(self, stack: str, name: str) -> str | None:
        assert (stack, name) == ("domain", "domain_id")
        return self.domain_id


def sagemaker_trust(*actions: str) -> dict[str, Any]:
    """The trust statement of modules/trust.py."""
    return trust(
        Action=list(actions),
        Condition={
            "ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:*"},
            "StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT},
        },
    )


class World:
    """Network, domain, a role, a profile and a space for each user, and an image each."""

    def __init__(self, aws: Emulator, settings: Settings) -> None:
        self.aws, self.settings = aws, settings
        self.sagemaker, self.ec2 = boto3.client("sagemaker"), boto3.client("ec2")
        self.ssm, self.iam = boto3.client("ssm"), boto3.client("iam")
        self._network()
        self.images = {name: push(aws, f"{settings.name}/{name}", "0" * 16) for name in ("slim",)}
        self._image()
        self.domain_id = self._domain()
        for user in settings.users:
            self._user(user)

    def deployment(self, tmp_path: Path) -> KnownState:
        """Its state, as the command line reads it."""
        return KnownState(out=tmp_path, domain_id=self.domain_id)

    def start(self, user: str) -> dict[str, str]:
        """Run the app of the user's space; what names it."""
        key = {"DomainId": self.domain_id, "SpaceName": user, "AppType": "JupyterLab"}
        key["AppName"] = "default"
        self.sagemaker.create_app(**key)
        settle(lambda: str(self.sagemaker.describe_app(**key)["Status"]))
        return key

    def node(self, user: str, *, owner: str = "", domain_id: str = "") -> str:
        """Register a node as the start script of the user's space does."""
        app = f"app/{domain_id or self.domain_id}/{user}/jupyterlab/default"
        activation = self.ssm.create_activation(
            IamRole=f"node-{self.settings.name}",
            Tags=[
                {"Key": "SSHOwner", "Value": owner or user},
                {"Key": "SSHResourceArn", "Value": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{app}"},
            ],
        )
        return ssm.register_node(
            activation["ActivationId"],
            code=activation["ActivationCode"],
            now=Clock(self.aws.options).now(),
        )

    def nodes(self) -> list[str]:
        """The ids of all registered nodes."""
        found = self.ssm.describe_instance_information()["InstanceInformationList"]
        return [node["InstanceId"] for node in found]

    def _role(self, name: str, trusts: dict[str, Any]) -> str:
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trusts))
        return str(made["Role"]["Arn"])

    def _network(self) -> None:
        self.vpc_id = self.ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
        self.ec2.modify_vpc_attribute(VpcId=self.vpc_id, EnableDnsHostnames={"Value": True})
        self.subnet_ids = [
            self.ec2.create_subnet(
                VpcId=self.vpc_id, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}"
            )["Subnet"]["SubnetId"]
            for cidr, zone in zip(SUBNETS, "ab", strict=True)
        ]
        self.group = self.ec2.create_security_group(
            GroupName="apps", Description="apps", VpcId=self.vpc_id
        )["GroupId"]
        self.endpoints = {
            name: self.ec2.create_vpc_endpoint(
                VpcId=self.vpc_id,
                ServiceName=service_name(name, REGION),
                VpcEndpointType="Interface",
                SubnetIds=self.subnet_ids,
                SecurityGroupIds=[self.group],
                PrivateDnsEnabled=True,
            )["VpcEndpoint"]["VpcEndpointId"]
            for name in services(self.settings.features)
        }

    def _image(self) -> None:
        role = self._role("images", trust())
        self.iam.put_role_policy(
            RoleName="images", PolicyName="read", PolicyDocument=document(READ_IMAGES)
        )
        for name, uri in self.images.items():
            image = f"{self.settings.name}-{name}"
            self.sagemaker.create_image(ImageName=image, RoleArn=role)
            settle(lambda: str(self.sagemaker.describe_image(ImageName=image)["ImageStatus"]))  # noqa: B023
            self.sagemaker.create_image_version(
                ImageName=image, BaseImage=uri, ClientToken="0" * 36
            )
            settle(
                lambda: str(
                    self.sagemaker.describe_image_version(ImageName=image, Version=1)[  # noqa: B023
                        "ImageVersionStatus"
                    ]
                )
            )

    def _domain(self) -> str:
        self._role(f"node-{self.settings.name}", trust("ssm.amazonaws.com"))
        role = self._role("domain", sagemaker_trust(*TRUSTED))
        arn = self.sagemaker.create_domain(
            DomainName=self.settings.name,
            AuthMode="IAM",
            VpcId=self.vpc_id,
            SubnetIds=self.subnet_ids,
            AppNetworkAccessType="VpcOnly",
            DefaultUserSettings={"ExecutionRole": role, "SecurityGroups": [self.group]},
            DomainSettings={"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"},
        )["DomainArn"]
        key = {"DomainId": str(arn.rpartition("/")[2])}
        settle(lambda: str(self.sagemaker.describe_domain(**key)["Status"]))
        return key["DomainId"]

    def _user(self, user: str) -> None:
        role = self._role(f"user-{user}", sagemaker_trust(*TRUSTED))
        profile = {"DomainId": self.domain_id, "UserProfileName": user}
        self.sagemaker.create_user_profile(**profile, UserSettings={"ExecutionRole": role})
        settle(lambda: str(self.sagemaker.describe_user_profile(**profile)["Status"]))
        space = {"DomainId": self.domain_id, "SpaceName": user}
        self.sagemaker.create_space(
            **space,
            OwnershipSettings={"OwnerUserProfileName": user},
            SpaceSharingSettings={"SharingType": "Private"},
            SpaceSettings={
                "AppType": "JupyterLab",
                "JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.t3.large"}},
            },
        )
        settle(lambda: str(self.sagemaker.describe_space(**space)["Status"]))


def settle(status: Callable[[], str]) -> str:
    """The status once it is no longer one on the way."""
    for _ in range(500):
        if (found := status()) not in ("Pending", "CREATING", "UPDATING", "Updating", "Deleting"):
            return found
        time.sleep(0.01)
    raise AssertionError(f"still {found}")
