"""Home file systems: their domain, and their deletion."""

import pytest

from studio.aws.client import Aws
from studio.aws.home_file_systems import delete_home, list_homes, vpc_ids
from studio.errors import StepFailed
from tests.studio.account import REGION, Studio, client, homes_of

AWS = Aws(REGION)


def test_a_home_belongs_to_the_domain_that_its_tag_names(ours: Studio, theirs: Studio) -> None:
    client(ours.aws, "efs").create_file_system(CreationToken="another")
    found = {home.domain_id: home for home in list_homes(AWS)}
    assert found.keys() == {ours.domain_id, theirs.domain_id}
    assert vpc_ids(AWS, found[ours.domain_id]) == {ours.vpc_id}


def test_a_home_is_deleted_with_its_mount_targets(ours: Studio, theirs: Studio) -> None:
    (home,) = homes_of(ours.domain_id)
    said: list[str] = []
    delete_home(AWS, home, said.append)
    assert homes_of(ours.domain_id) == []
    assert len(homes_of(theirs.domain_id)) == 1
    assert said == [f"deleted   home file system {home}"]
    delete_home(AWS, home, said.append)


@pytest.mark.usefixtures("clock")
def test_a_deletion_waits_ten_minutes(ours: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AWS.client("efs"), "delete_mount_target", lambda **_: None)
    (home,) = homes_of(ours.domain_id)
    with pytest.raises(StepFailed, match=f"after 10 minutes: 2 mount targets of {home}"):
        delete_home(AWS, home, lambda _: None)
