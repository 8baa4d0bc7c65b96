"""A deployment made with boto3 alone: what `studio up` makes, without its minutes."""

import time
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name

from catalog import endpoint_services
from catalog.names import DEPLOYMENT_TAG
from settings import Settings
from studio.aws.apps import LOG_GROUP
from studio.aws.client import Aws
from studio.aws.ecr import Ecr, Repository
from studio.aws.spaces import Space, space_of
from studio_emulator import services
from studio_emulator.errors import AwsError
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, READ_IMAGES, REGION, document, push, settled, trust
from tests.studio.account import (
    activate,
    create_domain,
    create_profile,
    create_space,
    start_app,
)
from tests.studio.deployed import Deployed, resource
from tests.studio.network_team import TeamVpc

TRUSTED = ("sts:AssumeRole", "sts:SetSourceIdentity")


def sagemaker_trust(*actions: str) -> dict[str, Any]:
    """The trust statement of catalog/permissions/trust.py."""
    return trust(
        Action=list(actions),
        Condition={
            "ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:*"},
            "StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT},
        },
    )


class DeployedStudio:
    """Network, domain, a role, a profile and a space for each user, and an image each."""

    def __init__(self, aws: Emulator, settings: Settings) -> None:
        self.aws, self.settings = aws, settings
        self.sagemaker, self.ec2 = boto3.client("sagemaker"), boto3.client("ec2")
        self.ssm, self.iam = boto3.client("ssm"), boto3.client("iam")
        self._network()
        self._role("images", trust())
        self.iam.put_role_policy(
            RoleName="images", PolicyName="read", PolicyDocument=document(READ_IMAGES)
        )
        self.image("slim")
        self.domain_id = self._domain()
        for user in settings.users:
            self._user(user)

    def deployment(self, tmp_path: Path) -> Deployed:
        """Its domain, network and policies, as the command line reads them from state."""
        interfaces = (
            resource(
                "aws_vpc_endpoint",
                id=id_,
                service_name=endpoint_services.service_name(name, REGION),
                vpc_endpoint_type="Interface",
                subnet_ids=self.subnet_ids,
            )
            for name, id_ in self.endpoints.items()
        )
        gateway = resource(
            "aws_vpc_endpoint",
            id=self.gateway,
            service_name=f"com.amazonaws.{REGION}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=[self.route_table],
        )
        rule = resource("aws_vpc_security_group_ingress_rule", id=self.rule)
        role = [
            resource("aws_iam_role_policy_attachment", role="user-bob", policy_arn=self.policy),
            resource("aws_iam_role_policy", role="user-bob", name="own"),
        ]
        state = {"network": [*interfaces, gateway, rule], "role": role}
        return Deployed(out=tmp_path, domain_id=self.domain_id, state=state)

    def space(self, user: str = "alice") -> Space:
        """The user's space, as studio sees it."""
        found = space_of(Aws(REGION), domain_id=self.domain_id, user=user)
        assert found is not None
        return found

    def fail_apps(self, *log: str) -> None:
        """Let each app of alice fail, after these lines in its log."""
        self.iam.update_assume_role_policy(
            RoleName="user-alice", PolicyDocument=document(trust("ec2.amazonaws.com"))
        )
        if log:
            stream = f"{self.domain_id}/alice/JupyterLab/default"
            names = {"logGroupName": LOG_GROUP, "logStreamName": stream}
            logs, now = boto3.client("logs"), int(time.time() * 1000)
            logs.create_log_group(logGroupName=LOG_GROUP)
            logs.create_log_stream(**names)
            events = [{"timestamp": now, "message": line} for line in log]
            logs.put_log_events(**names, logEvents=events)

    def start(self, user: str, **spec: str) -> dict[str, str]:
        """Run the app of the user's space: see `start_app`."""
        return start_app(self.sagemaker, self.domain_id, user, **spec)

    def update_profile(self, user: str, **settings: Any) -> None:
        """Set JupyterLab's settings in a user profile, and wait."""
        key = {"DomainId": self.domain_id, "UserProfileName": user}
        changes = {"JupyterLabAppSettings": settings}
        self.sagemaker.update_user_profile(**key, UserSettings=changes)
        settled(lambda: self.sagemaker.describe_user_profile(**key))

    def update_space(self, user: str, **settings: Any) -> None:
        """Set a user's space, and wait."""
        key = {"DomainId": self.domain_id, "SpaceName": user}
        self.sagemaker.update_space(**key, SpaceSettings=settings)
        settled(lambda: self.sagemaker.describe_space(**key))

    def node(self, user: str, *, owner: str = "", domain_id: str = "") -> str:
        """Register a node as the start script of the user's space does."""
        app = f"app/{domain_id or self.domain_id}/{user}/jupyterlab/default"
        arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{app}"
        role = f"node-{self.settings.name}"
        return activate(self.aws, role, True, SSHOwner=owner or user, SSHResourceArn=arn)

    def nodes(self) -> list[str]:
        """The ids of all registered nodes."""
        found = self.ssm.describe_instance_information()["InstanceInformationList"]
        return [node["InstanceId"] for node in found]

    def _role(self, name: str, trusts: dict[str, Any]) -> str:
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trusts))
        return str(made["Role"]["Arn"])

    def _network(self) -> None:
        wanted = endpoint_services.services(self.settings.features)
        vpc = TeamVpc.create(self.ec2, existing=wanted, cidr="10.20")
        self.vpc_id, self.subnet_ids, self.group = vpc.vpc_id, vpc.subnet_ids, vpc.group_id
        self.endpoints, self.gateway, self.route_table = vpc.endpoints, vpc.gateway_id, vpc.table_id
        peers = {"UserIdGroupPairs": [{"GroupId": self.group}]}
        mark = [{"Key": DEPLOYMENT_TAG, "Value": self.settings.name}]
        (rule,) = self.ec2.authorize_security_group_ingress(
            GroupId=self.group,
            IpPermissions=[{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **peers}],
            TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": mark}],
        )["SecurityGroupRules"]
        self.rule = rule["SecurityGroupRuleId"]

    def image(self, name: str) -> None:
        """Make an image with a version."""
        key = {"ImageName": f"{self.settings.name}-{name}"}
        role = f"arn:aws:iam::{ACCOUNT}:role/images"
        self.sagemaker.create_image(**key, RoleArn=role)
        settled(lambda: self.sagemaker.describe_image(**key), "ImageStatus")
        self.version(name, tag="0" * 16)

    def version(self, name: str, *, tag: str) -> None:
        """Push an image and make a version from it as `studio up` does, CREATED or not."""
        key = {"ImageName": f"{self.settings.name}-{name}"}
        repository = f"{self.settings.name}/{name}"
        uri = push(self.aws, repository, tag).rpartition(":")[0]
        digest = Ecr(Aws(REGION)).digest(Repository(repository, uri), tag)
        self.sagemaker.create_image_version(**key, BaseImage=f"{uri}@{digest}", ClientToken=tag)
        settled(lambda: self.sagemaker.describe_image_version(**key), "ImageVersionStatus")

    def _domain(self) -> str:
        self._role(f"node-{self.settings.name}", trust("ssm.amazonaws.com"))
        self.policy = self.iam.create_policy(
            PolicyName="role-studio", PolicyDocument=document(READ_IMAGES)
        )["Policy"]["Arn"]
        role = self._role("domain", sagemaker_trust(*TRUSTED))
        return create_domain(
            self.sagemaker,
            DomainName=self.settings.name,
            VpcId=self.vpc_id,
            SubnetIds=self.subnet_ids,
            DefaultUserSettings={"ExecutionRole": role, "SecurityGroups": [self.group]},
            DomainSettings={"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"},
        )

    def _user(self, user: str) -> None:
        role = self._role(f"user-{user}", sagemaker_trust(*TRUSTED))
        key = {"RoleName": f"user-{user}"}
        self.iam.attach_role_policy(**key, PolicyArn=self.policy)
        self.iam.put_role_policy(**key, PolicyName="own", PolicyDocument=document(READ_IMAGES))
        create_profile(self.sagemaker, self.domain_id, user, ExecutionRole=role)
        chosen = {"DefaultResourceSpec": {"InstanceType": "ml.t3.large"}}
        create_space(self.sagemaker, self.domain_id, user, user, JupyterLabAppSettings=chosen)


def deny(monkeypatch: pytest.MonkeyPatch, service: str, operation: str) -> None:
    """Let AWS refuse an operation, as it does where a policy does not allow it."""

    def denied(_params: Any, _call: Any) -> Any:
        words = f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: {operation}"
        raise AwsError("AccessDeniedException", words)

    module = services.MODULES[service][0]
    monkeypatch.setattr(module, xform_name(operation), denied, raising=False)
