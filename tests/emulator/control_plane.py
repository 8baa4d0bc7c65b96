"""Studio without a server: calls are checked against botocore's model; tests move the clock."""

import base64
import copy
from collections.abc import Sequence
from typing import Any

from studio_emulator import model, services, state, studio
from studio_emulator.call import Call
from studio_emulator.clock import Clock
from studio_emulator.moto_internals import get_service_model
from studio_emulator.options import Options
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import store
from tests.emulator.samples import document, trust
from tests.emulator.samples import refused as refused

ACCOUNT = "123456789012"
REGION = "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/studio"
DISTRIBUTION = {
    "SageMakerImageArn": f"arn:aws:sagemaker:{REGION}:819792524951:image/sagemaker-distribution-cpu"
}
SLIM = {"CustomImages": [{"ImageName": "slim", "AppImageConfigName": "slim"}]}
SERVICE_MODEL = get_service_model("sagemaker")


class ManualClock(Clock):
    """A clock that only tests move."""

    def __init__(self, options: Options | None = None) -> None:
        super().__init__(options or Options(speed=1))
        self.at = 1_000_000.0

    def now(self) -> float:
        return self.at


class ControlPlane:
    """A new account with a VPC of two subnets, a security group and an execution role."""

    def __init__(self) -> None:
        state.reset()
        self.options = Options(speed=4)
        self.clock = ManualClock(self.options)
        self.call = Call(account=ACCOUNT, region=REGION, clock=self.clock, options=self.options)
        self.ec2 = self.call.backend("ec2")
        self.efs = self.call.backend("efs")
        self.vpc = self.ec2.create_vpc("10.0.0.0/16").id
        self.subnets = [
            self.ec2.create_subnet(
                self.vpc, f"10.0.{n}.0/24", availability_zone=f"{REGION}{zone}"
            ).id
            for n, zone in enumerate("ab")
        ]
        self.group = self.ec2.create_security_group("users", "users", self.vpc).id
        self.role(ROLE, ["sts:AssumeRole", "sts:SetSourceIdentity"])

    def role(self, arn: str, actions: list[str], service: str = "sagemaker.amazonaws.com") -> None:
        """Create a role with that trust policy."""
        iam, trusts = self.call.backend("iam"), document(trust(service, Action=actions))
        iam.create_role(arn.rpartition("/")[2], trusts, "/", None, "", [], None)

    def __getattr__(self, operation: str) -> Any:
        function = services.function_of("sagemaker", operation)
        if function is None:
            raise AttributeError(operation)

        def call(**params: Any) -> dict[str, Any]:
            modelled = SERVICE_MODEL.operation_model(operation)
            model.validate_request("sagemaker", modelled, params)
            answer = function(copy.deepcopy(params), self.call)
            assert model.validate_response(modelled, answer) == []
            return dict(answer)

        return call

    def wait(self, seconds: float) -> None:
        """Move the clock by AWS seconds."""
        self.clock.at += seconds / self.clock.speed
        studio.settle()

    def domain(self, **params: Any) -> str:
        """Create a VpcOnly domain and wait until it is InService; its id."""
        given = self.domain_params() | params
        domain_id = self.CreateDomain(**given)["DomainId"]
        self.wait(600)
        return str(domain_id)

    def domain_params(self) -> dict[str, Any]:
        return {
            "DomainName": "team",
            "AuthMode": "IAM",
            "VpcId": self.vpc,
            "SubnetIds": self.subnets,
            "AppNetworkAccessType": "VpcOnly",
            "DefaultUserSettings": {
                "ExecutionRole": ROLE,
                "SecurityGroups": [self.group],
                "JupyterLabAppSettings": {"DefaultResourceSpec": DISTRIBUTION},
            },
        }

    def refuse_domain(self, words: str, **changes: Any) -> None:
        """Assert that CreateDomain refuses the changed parameters and creates nothing."""
        refused("ValidationException", words, self.CreateDomain, **self.domain_params() | changes)
        assert self.ListDomains()["Domains"] == []
        assert (self.efs.file_systems_by_id, self.ec2.enis) == ({}, {})

    def refuse_settings(self, words: str, **settings: Any) -> None:
        """Assert that CreateDomain refuses these user settings, which have an execution role."""
        self.refuse_domain(words, DefaultUserSettings={"ExecutionRole": ROLE} | settings)

    def required(self, kind: str) -> dict[str, Any]:
        """The members, beside the name, that the Create operation of this type requires."""
        if kind in ("UserProfile", "Space"):
            return {"DomainId": self.domain(DefaultSpaceSettings={"ExecutionRole": ROLE})}
        return {
            "Domain": self.domain_params(),
            "Image": {"RoleArn": ROLE},
            "StudioLifecycleConfig": {
                "StudioLifecycleConfigContent": "ZQ==",
                "StudioLifecycleConfigAppType": "JupyterLab",
            },
        }.get(kind, {})

    def profile(self, domain_id: str, name: str = "alice", **settings: Any) -> dict[str, str]:
        """Create a user profile and wait until it is InService; its key."""
        named = {"DomainId": domain_id, "UserProfileName": name}
        self.CreateUserProfile(**named, **({"UserSettings": settings} if settings else {}))
        self.wait(60)
        return named

    def update_profile(self, domain_id: str, **settings: Any) -> None:
        """Update alice's settings and wait until the user profile is InService."""
        named = {"DomainId": domain_id, "UserProfileName": "alice"}
        self.UpdateUserProfile(**named, UserSettings=settings)
        self.wait(60)

    def space(
        self, domain_id: str, name: str = "lab", owner: str = "alice", **settings: Any
    ) -> dict[str, str]:
        """Create a private JupyterLab space and wait until it is InService; its key."""
        named = {"DomainId": domain_id, "SpaceName": name}
        self.CreateSpace(
            **named,
            SpaceSettings={"AppType": "JupyterLab"} | settings,
            OwnershipSettings={"OwnerUserProfileName": owner},
            SpaceSharingSettings={"SharingType": "Private"},
        )
        self.wait(60)
        return named

    def app(self, domain_id: str, space: str = "lab", **spec: Any) -> dict[str, Any]:
        """Start the app of a JupyterLab space, by default with SageMaker Distribution; its key."""
        named = self.app_key(domain_id, SpaceName=space)
        image = {} if any("Image" in member for member in spec) else DISTRIBUTION
        self.CreateApp(**named, ResourceSpec=image | spec)
        return named

    def app_key(self, domain_id: str, **other: str) -> dict[str, str]:
        """The members that name the app of the space `lab`."""
        key = {"DomainId": domain_id, "SpaceName": "lab"}
        return {**key, "AppType": "JupyterLab", "AppName": "default", **other}

    def idle_space(self, *, domain: dict[str, Any] | None = None, **settings: Any) -> str:
        """A domain with alice's space `lab`; the domain's id."""
        domain_id = self.domain(**(domain or {}))
        self.profile(domain_id)
        self.space(domain_id, **settings)
        return domain_id

    def running_space(self, *, domain: dict[str, Any] | None = None, **settings: Any) -> str:
        """A domain with alice's space `lab` and its running app; the domain's id."""
        domain_id = self.idle_space(domain=domain, **settings)
        self.app(domain_id, InstanceType="ml.t3.large")
        self.wait(600)
        return domain_id

    def image(self, name: str = "slim", versions: Sequence[str] = ("CREATED",)) -> None:
        """An image, and app image configs `NAME` and `classic-NAME` for it.

        versions: their statuses.
        """
        state = store(self.call)
        common: dict[str, Any] = {"name": name, "created": self.clock.now()}
        image = self.call.arn(f"image/{name}")
        state.images[name] = Resource(arn=image, data={}, status="CREATED", **common)
        for number, status in enumerate(versions, start=1):
            version = self.call.arn(f"image-version/{name}/{number}")
            state.image_versions[name, number] = Resource(
                arn=version,
                data={"Version": number},
                status=status,
                owned={"aliases": []},
                **common,
            )
        self.CreateAppImageConfig(AppImageConfigName=name, JupyterLabAppImageConfig={})
        kernel = {"KernelSpecs": [{"Name": "python3"}]}
        self.CreateAppImageConfig(
            AppImageConfigName=f"classic-{name}", KernelGatewayImageConfig=kernel
        )

    def script(self, name: str = "hello", app_type: str = "JupyterLab") -> str:
        """Create a lifecycle configuration that runs `echo hello`; its ARN."""
        made = self.CreateStudioLifecycleConfig(
            StudioLifecycleConfigName=name,
            StudioLifecycleConfigAppType=app_type,
            StudioLifecycleConfigContent=base64.b64encode(b"echo hello").decode(),
        )
        return str(made["StudioLifecycleConfigArn"])

    def other_vpc(self) -> tuple[str, str, str]:
        """The ids of another VPC, with a subnet and a security group."""
        vpc = self.ec2.create_vpc("10.9.0.0/16").id
        subnet = self.ec2.create_subnet(vpc, "10.9.0.0/24", availability_zone=f"{REGION}a").id
        return vpc, subnet, self.ec2.create_security_group("other", "other", vpc).id

    def groups(self, domain_id: str) -> list[str]:
        """The names of the domain's NFS security groups."""
        groups = self.ec2.describe_security_groups()
        return sorted(group.name for group in groups if domain_id in group.name)


def idle(**minutes: int) -> dict[str, Any]:
    """The settings of an app type with these idle times."""
    return {"AppLifecycleManagement": {"IdleSettings": minutes}}
