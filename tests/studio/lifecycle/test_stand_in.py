"""The copies of existing resources for a rehearsal."""

from settings import Settings
from studio.aws.client import Aws
from studio.aws.existing_network import read_network
from studio.lifecycle import stand_in
from studio_emulator.server import Emulator
from tests.emulator.samples import settled
from tests.studio.account import REGION, client
from tests.studio.network_team import TeamVpc


def test_the_copy_of_a_vpc_has_the_same_subnets_and_other_ids(entered: Emulator) -> None:
    team = TeamVpc.create(client(entered, "ec2"))
    team.ec2.associate_vpc_cidr_block(VpcId=team.vpc_id, CidrBlock="100.64.0.0/20")
    wanted = team.settings("create", security_group_ids=[team.group_id])
    existing = read_network(Aws(REGION), wanted)
    ids = stand_in.create(Aws(REGION), stand_in.describe(wanted, existing))
    assert ids.keys() == {team.vpc_id, *team.subnet_ids, team.group_id}
    assert ids.keys().isdisjoint(ids.values())
    copied = wanted.model_dump(mode="json")
    copied["network"] |= {
        "vpc_id": ids[team.vpc_id],
        "subnet_ids": [ids[subnet] for subnet in team.subnet_ids],
    }
    for key in ("cidr", "zones", "endpoint_zones", "flow_logs", "flow_log_days"):
        copied["network"].pop(key)
    found = read_network(Aws(REGION), Settings.model_validate(copied))
    assert (found.cidrs, found.dns_hostnames) == (existing.cidrs, True)
    assert [(one.cidr, one.zone) for one in found.subnets] == [
        (one.cidr, one.zone) for one in existing.subnets
    ]


def test_aws_accepts_the_copies_of_policies_roles_keys_and_images(entered: Emulator) -> None:
    policies = [f"arn:aws:iam::111122223333:policy/{name}" for name in ("boundary", "label-data")]
    roles = [f"arn:aws:iam::111122223333:role/team{number}" for number in ("", "-2")]
    key = f"arn:aws:kms:{REGION}:111122223333:key/01234567-89ab-cdef-0123-456789abcdef"
    uri = f"111122223333.dkr.ecr.{REGION}.amazonaws.com/team/lab@sha256:{'a' * 64}"
    wanted = Settings.model_validate(
        {
            "domain": {"execution_role": roles[0], "kms": key},
            "image": {"lab": {"uri": uri}},
            "role": {"permissions_boundary": policies[0]},
            "groups": {"vision": {"policies": policies[1:]}},
            "users": {"alice": {"execution_role": roles[1]}, "bob": {"group": "vision"}},
        }
    )
    ids = stand_in.create_named(Aws(REGION), wanted)
    assert ids.keys() == {*policies, *roles, key, uri}
    shown = stand_in.replace(" ".join([*roles, key, uri]), ids)
    assert shown == " ".join(ids[one] for one in (*roles, key, uri))
    iam, copy = client(entered, "iam"), ids[roles[0]].rpartition("/")[2]
    iam.put_role_permissions_boundary(RoleName=copy, PermissionsBoundary=ids[policies[0]])
    iam.attach_role_policy(RoleName=copy, PolicyArn=ids[policies[1]])
    sagemaker = client(entered, "sagemaker")
    sagemaker.create_image(ImageName="lab", RoleArn=ids[roles[0]])
    sagemaker.create_image_version(ImageName="lab", BaseImage=ids[uri], ClientToken="once")
    version = settled(
        lambda: sagemaker.describe_image_version(ImageName="lab"), "ImageVersionStatus"
    )
    assert version["ImageVersionStatus"] == "CREATED"
    assert client(entered, "kms").describe_key(KeyId=ids[key])["KeyMetadata"]["Enabled"]
