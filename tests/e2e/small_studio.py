"""A deployment without Terraform: boto3 creates the resources of `studio up`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from catalog.distribution import image_arn
from catalog.endpoint_services import service_name, services
from catalog.permissions.iam import Account, document
from catalog.permissions.role_policies import client as client_statements
from settings import Feature
from tests.clients import new_user
from tests.emulator.samples import ACCOUNT, REGION, make_role, trust
from tests.studio.account import create_domain, create_profile, create_space, start_app

if TYPE_CHECKING:
    from studio_emulator.server import Emulator

NAME = "team"
_TIER = "/ssm/managed-instance/activation-tier"


class SmallStudio:
    """The domain NAME, with a profile and a space for each user.

    bucket: the key bucket of the nodes. node_role: the role of the nodes.
    """

    def __init__(self, aws: Emulator, *users: str) -> None:
        self.aws = aws
        self.sagemaker = aws.client("sagemaker")
        self.ssm = aws.client("ssm")
        self.bucket = f"sagemaker-{REGION}-{ACCOUNT}"
        self.node_role = make_role(aws, "node", trusts=trust("ssm.amazonaws.com")).rpartition("/")[
            2
        ]
        self.domain_id = self._domain()
        for user in users:
            self._user(user)
        aws.client("s3").create_bucket(Bucket=self.bucket)
        self.ssm.update_service_setting(SettingId=_TIER, SettingValue="advanced")

    def credentials(self, user: str) -> dict[str, str]:
        """The environment of an IAM user that has only the user's client policy."""
        return new_user(self.aws.client("iam"), user, self.client_policy(user))

    def client_policy(self, user: str) -> str:
        """Create the user's client policy; returns its ARN."""
        account = Account(partition="aws", region=REGION, id=ACCOUNT)
        statements = client_statements(account, name=NAME, user=user, features={Feature.CONNECT})
        # The document escapes "${" for Terraform.
        policy = document(statements).replace("$${", "${")
        made = self.aws.client("iam").create_policy(
            PolicyName=f"client-{user}", PolicyDocument=policy
        )
        return str(made["Policy"]["Arn"])

    def space_arn(self, user: str) -> str:
        return str(self.space(user)["SpaceArn"])

    def space(self, user: str) -> Mapping[str, Any]:
        found: dict[str, Any] = self.sagemaker.describe_space(
            DomainId=self.domain_id, SpaceName=user
        )
        return found

    def app(self, user: str) -> Mapping[str, Any] | None:
        """The app of the user's space, unless it is deleted."""
        listed = self.sagemaker.list_apps(DomainIdEquals=self.domain_id, SpaceNameEquals=user)
        for app in listed["Apps"]:
            if app["Status"] != "Deleted":
                found: dict[str, Any] = self.sagemaker.describe_app(**self._app_key(user))
                return found
        return None

    def start(self, user: str, instance_type: str, **spec: str) -> None:
        """Start the app, as a user does in Studio."""
        start_app(self.sagemaker, self.domain_id, user, InstanceType=instance_type, **spec)

    def stop(self, user: str) -> None:
        """Delete the app, if there is one."""
        if self.app(user) is not None:
            self.sagemaker.delete_app(**self._app_key(user))
        while self.app(user) is not None:
            time.sleep(0.02)

    def _app_key(self, user: str) -> dict[str, str]:
        return {
            "DomainId": self.domain_id,
            "SpaceName": user,
            "AppType": "JupyterLab",
            "AppName": "default",
        }

    def _domain(self) -> str:
        ec2 = self.aws.client("ec2")
        vpc = self.vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        apps, endpoints = (
            ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
            for name in ("apps", "endpoints")
        )
        https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
        ec2.authorize_security_group_ingress(
            GroupId=endpoints, IpPermissions=[{**https, "UserIdGroupPairs": [{"GroupId": apps}]}]
        )
        for service in services({Feature.CONNECT}):
            ec2.create_vpc_endpoint(
                VpcId=vpc,
                ServiceName=service_name(service, REGION),
                VpcEndpointType="Interface",
                SubnetIds=[subnet],
                SecurityGroupIds=[endpoints],
                PrivateDnsEnabled=True,
            )
        allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        trusts = trust(Action=["sts:AssumeRole", "sts:SetSourceIdentity"])
        role = make_role(self.aws, "studio", allowed, trusts=trusts)
        return create_domain(
            self.sagemaker,
            DomainName=NAME,
            VpcId=vpc,
            SubnetIds=[subnet],
            DefaultUserSettings={"ExecutionRole": role, "SecurityGroups": [apps]},
        )

    def _user(self, user: str) -> None:
        script = self.sagemaker.create_studio_lifecycle_config(
            StudioLifecycleConfigName=f"ssh-{user}",
            StudioLifecycleConfigContent="c3No",
            StudioLifecycleConfigAppType="JupyterLab",
        )["StudioLifecycleConfigArn"]
        start = {
            "DefaultResourceSpec": {"SageMakerImageArn": image_arn(REGION, "ml.t3.large")},
            "LifecycleConfigArns": [script],
        }
        of_user = self.sagemaker, self.domain_id, user
        create_profile(*of_user, deployment=NAME, JupyterLabAppSettings=start)
        chosen = {"DefaultResourceSpec": {"InstanceType": "ml.t3.large"}}
        create_space(*of_user, user, deployment=NAME, JupyterLabAppSettings=chosen)
