"""All that a user of Studio does, in boto3 and in the order of AWS's guide.

https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-jl-provide-users-with-images.html
https://docs.aws.amazon.com/sagemaker/latest/dg/jl-lcc-create.html
https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access-remote-setup.html
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import READ_IMAGES, make_role, push, refusal


def until(describe: Callable[..., Any], status: str, **named: Any) -> dict[str, Any]:
    """The answer with that status, which is to come within ten seconds."""
    for _ in range(500):
        answer: dict[str, Any] = describe(**named)
        if answer.get("Status", answer.get("ImageStatus")) == status:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"{answer} is not {status}")


def until_gone(call: Callable[..., Any], **named: Any) -> None:
    for _ in range(500):
        try:
            call(**named)
        except call.__self__.exceptions.ResourceNotFound:  # type: ignore[attr-defined]
            return
        time.sleep(0.02)
    raise AssertionError(f"{named} is still there")


@pytest.fixture
def network(aws: Emulator) -> dict[str, str]:
    """A subnet without a way to the internet, and the endpoints that remote access needs."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="apps", Description="apps", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "UserIdGroupPairs": [{"GroupId": group}],
            }
        ],
    )
    for service in ("ssm", "ssmmessages"):
        ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName=f"com.amazonaws.us-east-1.{service}",
            VpcEndpointType="Interface",
            SubnetIds=[subnet],
            SecurityGroupIds=[group],
            PrivateDnsEnabled=True,
        )
    return {"vpc": vpc, "subnet": subnet, "group": group}


def nfs_groups(ec2: Any, domain_id: str) -> dict[str, Any]:
    """The two groups of a domain's file system, by `inbound` and `outbound`."""
    listed = ec2.describe_security_groups()["SecurityGroups"]
    return {
        group["GroupName"].split("-")[3]: group
        for group in listed
        if group["GroupName"].endswith(f"-nfs-{domain_id}")
    }


def test_a_day_of_a_user(aws: Emulator, network: dict[str, str]) -> None:
    sagemaker, ec2 = aws.client("sagemaker"), aws.client("ec2")
    role = make_role(aws, "studio", READ_IMAGES)

    # An image with versions and aliases.
    image = sagemaker.create_image(ImageName="slim", RoleArn=role)["ImageArn"]
    until(sagemaker.describe_image, "CREATED", ImageName="slim")
    for tag, aliases in (("v1", ["stable"]), ("v2", ["latest"])):
        sagemaker.create_image_version(
            ImageName="slim",
            BaseImage=push(aws, "studio/slim", tag),
            ClientToken=f"a-token-of-{tag}",
            Aliases=aliases,
        )
        named = {"ImageName": "slim", "Alias": aliases[0]}
        for _ in range(500):
            if sagemaker.describe_image_version(**named)["ImageVersionStatus"] == "CREATED":
                break
            time.sleep(0.02)
    assert sagemaker.describe_image_version(ImageName="slim", Alias="stable")["Version"] == 1
    assert sagemaker.describe_image_version(ImageName="slim")["Version"] == 2
    sagemaker.update_image_version(ImageName="slim", Version=2, AliasesToAdd=["2.0"])
    sagemaker.update_image_version(ImageName="slim", Alias="stable", AliasesToDelete=["stable"])
    listed = sagemaker.list_aliases(ImageName="slim")["SageMakerImageVersionAliases"]
    assert sorted(listed) == ["2.0", "latest"]
    sagemaker.create_app_image_config(AppImageConfigName="slim", JupyterLabAppImageConfig={})

    # A domain; its file system's groups come with it.
    domain_id = sagemaker.create_domain(
        DomainName="team",
        AuthMode="IAM",
        VpcId=network["vpc"],
        SubnetIds=[network["subnet"]],
        AppNetworkAccessType="VpcOnly",
        DefaultUserSettings={"ExecutionRole": role, "SecurityGroups": [network["group"]]},
    )["DomainId"]
    domain = {"DomainId": domain_id}
    until(sagemaker.describe_domain, "InService", **domain)
    groups = nfs_groups(ec2, domain_id)
    (nfs,) = groups["inbound"]["IpPermissions"]
    assert (nfs["FromPort"], nfs["ToPort"]) == (2049, 2049)
    assert nfs["UserIdGroupPairs"][0]["GroupId"] == groups["outbound"]["GroupId"]

    # A user with the image and a script that runs at each start.
    script = sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName="start",
        StudioLifecycleConfigContent="dHJ1ZQo=",
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]
    alice = {**domain, "UserProfileName": "alice"}
    sagemaker.create_user_profile(
        **alice,
        UserSettings={
            "JupyterLabAppSettings": {
                "CustomImages": [{"ImageName": "slim", "AppImageConfigName": "slim"}],
                "DefaultResourceSpec": {"LifecycleConfigArn": script},
                "LifecycleConfigArns": [script],
            }
        },
    )
    until(sagemaker.describe_user_profile, "InService", **alice)

    # Her space and its app; an app that no setting names an image for does not start.
    lab = {**domain, "SpaceName": "lab"}
    space_arn = sagemaker.create_space(
        **lab,
        SpaceSettings={"AppType": "JupyterLab", "RemoteAccess": "ENABLED"},
        OwnershipSettings={"OwnerUserProfileName": "alice"},
        SpaceSharingSettings={"SharingType": "Private"},
    )["SpaceArn"]
    until(sagemaker.describe_space, "InService", **lab)
    app = {**lab, "AppType": "JupyterLab", "AppName": "default"}
    code, message = refusal(
        sagemaker.create_app, **app, ResourceSpec={"InstanceType": "ml.t3.large"}
    )
    assert (code, "SageMakerImageArn" in message) == ("ValidationException", True)
    spec = {"SageMakerImageArn": image, "SageMakerImageVersionAlias": "2.0"}
    code, message = refusal(sagemaker.create_app, **app, ResourceSpec=spec)
    assert (code, "8 GiB" in message) == ("ValidationException", True)
    sagemaker.create_app(**app, ResourceSpec={"InstanceType": "ml.t3.large", **spec})
    running = until(sagemaker.describe_app, "InService", **app)
    assert running["ResourceSpec"]["LifecycleConfigArn"] == script
    assert running["ResourceSpec"]["SageMakerImageVersionAlias"] == "2.0"

    # A session of her own machine to it.
    session = sagemaker.start_session(ResourceIdentifier=space_arn)
    assert session["StreamUrl"].startswith(("ws://", "wss://"))
    assert {"SessionId", "TokenValue"} <= session.keys()

    # What is used cannot be deleted.
    in_use = [
        refusal(sagemaker.delete_studio_lifecycle_config, StudioLifecycleConfigName="start"),
        refusal(sagemaker.delete_image_version, ImageName="slim", Alias="2.0"),
        refusal(sagemaker.delete_image, ImageName="slim"),
        refusal(sagemaker.delete_space, **lab),
        refusal(sagemaker.delete_user_profile, **alice),
        refusal(sagemaker.delete_domain, **domain),
    ]
    assert {code for code, _ in in_use} == {"ResourceInUse"}

    # The end, in AWS's order.
    sagemaker.delete_app(**app)
    until(sagemaker.describe_app, "Deleted", **app)
    assert refusal(sagemaker.start_session, ResourceIdentifier=space_arn)[0] == (
        "ValidationException"
    )
    sagemaker.delete_space(**lab)
    until_gone(sagemaker.describe_space, **lab)
    sagemaker.delete_user_profile(**alice)
    until_gone(sagemaker.describe_user_profile, **alice)
    sagemaker.delete_domain(**domain, RetentionPolicy={"HomeEfsFileSystem": "Delete"})
    until_gone(sagemaker.describe_domain, **domain)
    assert nfs_groups(ec2, domain_id) == {}
    sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="start")
    sagemaker.delete_image_version(ImageName="slim", Alias="2.0")
    until_gone(sagemaker.describe_image_version, ImageName="slim", Version=2)
    assert sagemaker.describe_image_version(ImageName="slim")["Version"] == 1
    sagemaker.delete_image(ImageName="slim")
    until_gone(sagemaker.describe_image, ImageName="slim")
    sagemaker.delete_app_image_config(AppImageConfigName="slim")
    left = {item.service for item in aws.inventory()}
    assert left == {"ec2", "ecr", "iam"}
