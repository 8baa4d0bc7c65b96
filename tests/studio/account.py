"""An account with two Studios in it: ours, to be taken down, and somebody else's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from catalog.distribution import image_arn
from catalog.names import DEPLOYMENT_TAG
from studio.aws import home_file_systems
from studio.aws.client import Aws
from studio.lifecycle.inventory import DeployedResources
from studio_emulator import ssm
from studio_emulator.clock import Clock
from studio_emulator.server import Emulator
from tests.emulator.samples import allow, create_key, document, grant, make_role, settled, trust

ACCOUNT, REGION = "123456789012", "us-east-1"


@cache
def client(aws: Emulator, service: str) -> Any:
    """Loading SageMaker's model takes longer than most of these tests."""
    return aws.client(service)


def make_subnets(ec2: Any, vpc_id: str, cidr: str) -> list[str]:
    """The ids of two subnets, in two zones. cidr: the first two numbers of the VPC's."""
    return [
        ec2.create_subnet(
            VpcId=vpc_id, CidrBlock=f"{cidr}.{n}.0/24", AvailabilityZone=f"{REGION}{zone}"
        )["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")
    ]


@dataclass
class Studio:
    """A domain in a VPC of its own."""

    aws: Emulator
    name: str
    vpc_id: str
    subnet_ids: list[str]
    domain_id: str
    role: str
    group_id: str

    @classmethod
    def create(cls, aws: Emulator, name: str, cidr: str) -> Studio:
        ec2 = client(aws, "ec2")
        services = {"Service": ["sagemaker.amazonaws.com", "ssm.amazonaws.com"]}
        actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
        role = make_role(aws, name, trusts=trust(Principal=services, Action=actions))
        vpc_id = ec2.create_vpc(CidrBlock=f"{cidr}.0.0/16")["Vpc"]["VpcId"]
        subnet_ids = make_subnets(ec2, vpc_id, cidr)
        group = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id)
        it = cls(aws, name, vpc_id, subnet_ids, "", role, group["GroupId"])
        it.domain_id = it.make_domain(name)
        return it

    def make_domain(self, name: str, **more: str) -> str:
        return create_domain(
            client(self.aws, "sagemaker"),
            DomainName=name,
            VpcId=self.vpc_id,
            SubnetIds=self.subnet_ids,
            DefaultUserSettings={"ExecutionRole": self.role, "SecurityGroups": [self.group_id]},
            DefaultSpaceSettings={"ExecutionRole": self.role},
            **more,
        )

    @property
    def resources(self) -> DeployedResources:
        return DeployedResources(name=self.name, domain_id=self.domain_id, vpc_id=self.vpc_id)

    def user(self, name: str) -> None:
        create_profile(client(self.aws, "sagemaker"), self.domain_id, name)

    def space(self, name: str, owner: str, *, run: bool = True) -> None:
        sagemaker = client(self.aws, "sagemaker")
        create_space(sagemaker, self.domain_id, name, owner)
        if run:
            start_app(sagemaker, self.domain_id, name, InstanceType="ml.t3.large")

    def tag_domain(self) -> None:
        """Add the tag that Terraform's provider creates a domain with."""
        sagemaker = client(self.aws, "sagemaker")
        arn = sagemaker.describe_domain(DomainId=self.domain_id)["DomainArn"]
        mark = {"Key": DEPLOYMENT_TAG, "Value": self.name}
        sagemaker.add_tags(ResourceArn=arn, Tags=[mark])

    def node(self, owner: str, *, registered: bool = True) -> str:
        """An activation as sagemaker-ssh-helper makes it, and the node that used it."""
        arn = (
            f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:app/{self.domain_id}/{owner}/JupyterLab/default"
        )
        return activate(self.aws, self.name, registered, SSHOwner=owner, SSHResourceArn=arn)


def create_domain(sagemaker: Any, **settings: Any) -> str:
    """The id of a new domain without access to the internet."""
    made = sagemaker.create_domain(AuthMode="IAM", AppNetworkAccessType="VpcOnly", **settings)
    settled(lambda: sagemaker.describe_domain(DomainId=made["DomainId"]))
    return str(made["DomainId"])


def create_profile(
    sagemaker: Any, domain_id: str, user: str, *, deployment: str | None = None, **settings: Any
) -> None:
    """Create a user profile, as the deployment does or, by default, as by hand."""
    key = {"DomainId": domain_id, "UserProfileName": user}
    sagemaker.create_user_profile(**key, UserSettings=settings, Tags=_tags(deployment))
    settled(lambda: sagemaker.describe_user_profile(**key))


def create_space(
    sagemaker: Any,
    domain_id: str,
    name: str,
    owner: str,
    *,
    deployment: str | None = None,
    **settings: Any,
) -> None:
    """Create a private space for JupyterLab, as the deployment does or, by default, as by hand."""
    key = {"DomainId": domain_id, "SpaceName": name}
    sagemaker.create_space(
        **key,
        SpaceSettings={"AppType": "JupyterLab", **settings},
        OwnershipSettings={"OwnerUserProfileName": owner},
        SpaceSharingSettings={"SharingType": "Private"},
        Tags=_tags(deployment),
    )
    settled(lambda: sagemaker.describe_space(**key))


def create_script(sagemaker: Any, name: str, *, deployment: str | None = None) -> str:
    """The ARN of a new start script, by default without the tag of a deployment."""
    made = sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName=name,
        StudioLifecycleConfigContent="c3No",
        StudioLifecycleConfigAppType="JupyterLab",
        Tags=_tags(deployment),
    )
    return str(made["StudioLifecycleConfigArn"])


def _tags(deployment: str | None) -> list[dict[str, str]]:
    return [{"Key": DEPLOYMENT_TAG, "Value": deployment}] if deployment else []


def start_app(sagemaker: Any, domain_id: str, space: str, **spec: str) -> dict[str, str]:
    """Run the app of a space, with a ResourceSpec; what names it.

    Without an image in `spec` it is SageMaker Distribution.
    """
    key = {"DomainId": domain_id, "SpaceName": space, "AppType": "JupyterLab", "AppName": "default"}
    image = image_arn(REGION, "ml.t3.large")
    sagemaker.create_app(**key, ResourceSpec={"SageMakerImageArn": image} | spec)
    settled(lambda: sagemaker.describe_app(**key))
    return key


def activate(aws: Emulator, role: str, registered: bool, **tags: str) -> str:
    """The id of the node, or of the activation that none used."""
    made = client(aws, "ssm").create_activation(
        IamRole=role, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )
    if not registered:
        return str(made["ActivationId"])
    now = Clock(aws.options).now()
    return ssm.register_node(made["ActivationId"], code=made["ActivationCode"], now=now)


def mark(it: Studio, *ids: str, deployment: str = "") -> None:
    """Tag resources of EC2 as a deployment's, by default that of the Studio's name."""
    tag = {"Key": DEPLOYMENT_TAG, "Value": deployment or it.name}
    client(it.aws, "ec2").create_tags(Resources=[*ids], Tags=[tag])


def delete_domain(it: Studio, domain_id: str, *, homes: str) -> None:
    """Delete a domain as a person does in the console. homes: the policy for its file system."""
    sagemaker = client(it.aws, "sagemaker")
    sagemaker.delete_domain(DomainId=domain_id, RetentionPolicy={"HomeEfsFileSystem": homes})
    while any(d["DomainId"] == domain_id for d in sagemaker.list_domains()["Domains"]):
        pass


def left_of(aws: Emulator, *marks: str) -> list[str]:
    """What still exists that belongs to a domain or VPC with one of these ids or names."""
    return sorted(
        f"{item.type} {item.name or item.id}"
        for item in aws.inventory()
        if any(mark in " ".join((item.id, item.name, item.arn, item.note)) for mark in marks)
    )


def homes_of(domain_id: str) -> list[str]:
    return [
        home.id for home in home_file_systems.list_homes(Aws(REGION)) if home.domain_id == domain_id
    ]


def make_key(it: Studio, deployment: str, description: str = "Encrypts disks") -> str:
    """A KMS key with a deployment's mark; its id."""
    mark = {"TagKey": DEPLOYMENT_TAG, "TagValue": deployment}
    return create_key(it.aws, Description=description, Tags=[mark])


def make_policy(it: Studio, name: str) -> str:
    """A managed policy; its ARN."""
    text = document(allow("s3:*"))
    made = client(it.aws, "iam").create_policy(PolicyName=name, PolicyDocument=text)
    return str(made["Policy"]["Arn"])


def use_key(it: Studio, key: str, by: str) -> None:
    """What names the key then: an alias, a log group or a file system."""
    kms = client(it.aws, "kms")
    arn = kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    match by:
        case "alias":
            kms.create_alias(AliasName=f"alias/{key}", TargetKeyId=key)
        case "log group":
            service = {"Service": f"logs.{REGION}.amazonaws.com", "AWS": "*"}
            policy = document(grant(service, "kms:*", Resource="*"))
            kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
            client(it.aws, "logs").create_log_group(logGroupName=f"/{key}", kmsKeyId=arn)
        case "file system":
            client(it.aws, "efs").create_file_system(
                CreationToken=key, Encrypted=True, KmsKeyId=arn
            )


def enabled_keys(it: Studio) -> set[str]:
    """The ids of the customer's keys that can be used."""
    kms = client(it.aws, "kms")
    ids = [key["KeyId"] for key in kms.list_keys()["Keys"]]
    about = [kms.describe_key(KeyId=id_)["KeyMetadata"] for id_ in ids]
    return {one["KeyId"] for one in about if one["Enabled"] and one["KeyManager"] == "CUSTOMER"}
