"""The NFS groups of a domain, which refer to each other."""

import pytest
from botocore.exceptions import ClientError

from studio.aws.client import Aws
from studio.aws.home_file_systems import delete_home
from studio.aws.nfs_groups import delete_groups, list_groups
from studio.errors import StepFailed
from tests.studio.account import REGION, Studio, client, homes_of, left_of

AWS = Aws(REGION)


def test_the_groups_of_one_domain_are_deleted(ours: Studio, theirs: Studio) -> None:
    mine = [group for group in list_groups(AWS) if group.domain_id == ours.domain_id]
    assert {group.vpc_id for group in mine} == {ours.vpc_id}
    ec2 = client(ours.aws, "ec2")
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=mine[0].id)
    (home,) = homes_of(ours.domain_id)
    delete_home(AWS, home, lambda _: None)
    said: list[str] = []
    delete_groups(AWS, mine, said.append)
    assert said == [f"deleted   {group.name}" for group in mine]
    assert left_of(ours.aws, f"nfs-{ours.domain_id}") == []
    assert {group.domain_id for group in list_groups(AWS)} == {theirs.domain_id}
    delete_groups(AWS, mine, said.append)


@pytest.mark.usefixtures("clock")
def test_a_deletion_waits_ten_minutes_for_mount_targets(ours: Studio) -> None:
    groups = [group for group in list_groups(AWS) if group.domain_id == ours.domain_id]
    with pytest.raises(StepFailed, match=rf"after 10 minutes: {groups[0].name} \(in use\)"):
        delete_groups(AWS, groups, lambda _: None)
