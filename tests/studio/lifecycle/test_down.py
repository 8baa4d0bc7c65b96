"""What `studio down` keeps, the order in which it deletes the rest, and the costs."""

import pytest

from settings import Settings
from studio.aws import home_file_systems
from studio.aws.apps import LOG_GROUP
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.errors import StepFailed
from studio.lifecycle.down import Teardown
from studio.lifecycle.inventory import LiveResources
from tests.emulator.samples import push
from tests.pipeline_roles import enter_pipeline
from tests.studio.account import (
    REGION,
    Studio,
    activate,
    client,
    create_script,
    delete_domain,
    enabled_keys,
    homes_of,
    left_of,
    make_key,
    make_policy,
    mark,
    use_key,
)
from tests.studio.deployed import STACKS, Deployed, resource
from tests.studio.lifecycle.samples import settings, take_down


@pytest.mark.parametrize(
    ("retention", "keep_homes", "kept"),
    [
        ("Delete", False, set()),
        ("Delete", True, {"network", "role"}),
        ("Retain", False, {"network", "role"}),
    ],
)
def test_kept_homes_keep_their_network_but_not_its_endpoints(
    in_use: Studio, deployed: Deployed, retention: str, keep_homes: bool, kept: set[str]
) -> None:
    wanted, (home,) = settings(retention), homes_of(in_use.domain_id)
    it = Teardown.of(wanted, deployed, keep_homes=keep_homes)
    printed = "\n".join(it.preview())
    assert "1 x app: alice/JupyterLab (InService)" in printed
    assert "space: alice (5 GB)  <- people's data" in printed
    assert (f"Kept:\n  1 x home file system: {home}" in printed) == bool(kept)
    it.run()
    assert deployed.destroyed == [stack for stack in STACKS if stack not in kept]
    assert len(homes_of(in_use.domain_id)) == bool(kept)
    assert len(left_of(in_use.aws, f"nfs-{in_use.domain_id}")) == (2 if kept else 0)
    assert bool(left_of(in_use.aws, "com.amazonaws.us-east-1.sts")) == (not kept)
    if kept:
        again = "\n".join(Teardown.of(wanted, deployed, keep_homes=keep_homes).preview())
        held = len(deployed.state["network"])
        assert f"stack network: {held} resources, less 2 interface endpoints\n" in printed
        assert f"stack network: {held - 2} resources\n" in again
    # A later run deletes them, although the domain no longer exists.
    deployed.state["domain"] = []
    take_down(deployed)
    assert homes_of(in_use.domain_id) == left_of(in_use.aws, f"nfs-{in_use.domain_id}") == []


@pytest.mark.usefixtures("theirs")
def test_the_role_of_a_pipeline_needs_the_down_policy(
    in_use: Studio, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_use.node("alice")
    in_use.tag_domain()
    kept = homes_of(in_use.domain_id)
    others = left_of(in_use.aws, "theirs")
    apply = "plan", "network", "apply"
    enter_pipeline(monkeypatch, in_use.aws, *apply, name="ours")
    with pytest.raises(AwsError, match="not authorized to perform"):
        take_down(deployed)
    enter_pipeline(monkeypatch, in_use.aws, *apply, "down", name="ours")
    assert homes_of(in_use.domain_id) == kept
    take_down(deployed)
    assert homes_of(in_use.domain_id) == left_of(in_use.aws, in_use.domain_id) == []
    assert left_of(in_use.aws, "theirs") == others


@pytest.mark.parametrize(("flag", "gone"), [(False, "domain"), (True, "domain"), (True, "homes")])
def test_without_a_home_file_system_no_stack_is_kept(
    ours: Studio, deployed: Deployed, flag: bool, gone: str
) -> None:
    if gone == "domain":
        deployed.state["domain"] = []
        delete_domain(ours, ours.domain_id, homes="Delete")
    else:
        (home,) = homes_of(ours.domain_id)
        home_file_systems.delete_home(Aws(REGION), home, print)
    it = Teardown.of(settings("Retain"), deployed, keep_homes=flag)
    assert "Kept:" not in it.preview()
    it.run()
    assert deployed.destroyed == list(STACKS)
    assert left_of(ours.aws, "com.amazonaws.us-east-1.sts") != [], "Terraform deletes it"


def test_start_scripts_that_no_state_has_are_deleted(ours: Studio, deployed: Deployed) -> None:
    sagemaker = client(ours.aws, "sagemaker")
    for owner in ("ours", "theirs"):
        create_script(sagemaker, f"{owner}-ssh-alice-1", deployment=owner)
    assert "deleted   start script ours-ssh-alice-1" in take_down(deployed)
    (left,) = sagemaker.list_studio_lifecycle_configs()["StudioLifecycleConfigs"]
    assert left["StudioLifecycleConfigName"] == "theirs-ssh-alice-1"


def test_down_refuses_to_delete_a_policy_that_is_attached(ours: Studio, deployed: Deployed) -> None:
    iam, arn = client(ours.aws, "iam"), make_policy(ours, "ours-p")
    iam.create_group(GroupName="team")
    iam.attach_group_policy(GroupName="team", PolicyArn=arn)
    deployed.state["role"] = [resource("aws_iam_policy", arn=arn)]
    shown: list[str] = []
    with pytest.raises(StepFailed, match=r"^policy ours-p of group team: .*nothing was changed"):
        shown.extend(Teardown.of(settings(), deployed).preview())
    assert "  stack role: 1 resources" in shown
    # The role stack is kept with home directories.
    assert "Kept:" in [*Teardown.of(settings("Retain"), deployed).preview()]


def test_only_users(ours: Studio, deployed: Deployed) -> None:
    ours.user("alice")
    ours.user("by-hand")
    ours.space("alice", "alice")
    node = ours.node("alice")
    it = Teardown.of(settings(), deployed, only_users=True)
    gone, _, kept = "\n".join(it.preview()).partition("Kept:")
    assert "domain" not in gone
    # 2 endpoints in 2 zones at 0.01 USD an hour, 730 hours.
    assert "cost: about 29.20 USD a month (us-east-1), plus flow logs; `studio pause`" in kept
    it.run()
    there = LiveResources(aws=Aws(REGION), deployed=ours.resources)
    assert (there.apps, there.spaces, there.profiles) == ([], [], [])
    assert there.domain[0].status == "InService"
    assert left_of(ours.aws, node) == []
    assert deployed.destroyed == ["users"]


@pytest.mark.parametrize(("force", "stays"), [(False, True), (True, False)])
def test_images_in_ecr_are_deleted_only_with_force_delete(
    ours: Studio, deployed: Deployed, force: bool, stays: bool
) -> None:
    push(ours.aws, "ours/slim")
    it = Teardown.of(settings(ecr={"force_delete": force}), deployed)
    assert ("  stack ecr: 1 resources" in "\n".join(it.preview()).partition("Kept:")[2]) == stays
    it.run()
    # Behind the image stack, which reads its repository while it is destroyed.
    assert deployed.destroyed[-1:] == (["users"] if stays else ["ecr"])
    assert deployed.destroyed.count("ecr") == (not stays)
    assert bool(left_of(ours.aws, "ours/slim")) == stays
    # A killed run has deleted a repository that is still in state.
    Teardown.of(settings(ecr={"force_delete": force}), deployed).run()


@pytest.mark.parametrize("keep_homes", [False, True])
def test_a_duplicate_network_is_deleted_too(
    ours: Studio, theirs: Studio, deployed: Deployed, keep_homes: bool
) -> None:
    ec2 = client(ours.aws, "ec2")
    second = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    mark(ours, ours.vpc_id, second, theirs.vpc_id)
    it = Teardown.of(settings(), deployed, keep_homes=keep_homes)
    assert (f"  1 x empty VPC, created twice: {second}" in it.preview()) == (not keep_homes)
    it.run()
    left = {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]}
    assert (second in left) == keep_homes
    assert left >= {ours.vpc_id, theirs.vpc_id}


@pytest.mark.parametrize("keep_homes", [False, True])
def test_a_duplicate_key_is_deleted_unless_it_is_in_use(
    ours: Studio, deployed: Deployed, keep_homes: bool
) -> None:
    second, in_state, named = (make_key(ours, "ours") for _ in range(3))
    theirs = make_key(ours, "theirs")
    use_key(ours, named, "alias")
    deployed.state["role"] = [resource("aws_kms_key", id=in_state)]
    it = Teardown.of(settings(), deployed, keep_homes=keep_homes)
    assert (f"  1 x KMS key, created twice: {second}" in it.preview()) == (not keep_homes)
    it.run()
    stays = {second} if keep_homes else set()
    assert enabled_keys(ours) == {in_state, named, theirs, *stays}


def test_the_logs_of_apps_remain(ours: Studio, deployed: Deployed) -> None:
    logs, log_group = client(ours.aws, "logs"), {"logGroupName": LOG_GROUP}
    logs.create_log_group(**log_group)
    stream = f"{ours.domain_id}/alice/JupyterLab/default"
    logs.create_log_stream(**log_group, logStreamName=stream)
    take_down(deployed)
    (left,) = logs.describe_log_streams(**log_group)["logStreams"]
    assert left["logStreamName"] == stream


def test_down_can_run_again(ours: Studio, deployed: Deployed) -> None:
    take_down(deployed)
    deployed.state.clear()
    deployed.destroyed.clear()
    again = Teardown.of(settings(), deployed)
    assert list(again.preview()) == ["Deleted:", "  nothing"]
    again.run()
    assert deployed.destroyed == []
    assert homes_of(ours.domain_id) == []


@pytest.mark.parametrize("groups_go_too", [True, False])
def test_only_the_resources_of_the_deployment_are_deleted(
    ours: Studio, theirs: Studio, deployed: Deployed, groups_go_too: bool
) -> None:
    ours.aws.options.nfs_groups_deleted_with_domain = groups_go_too
    ours.user("alice")
    ours.user("bob")
    ours.space("alice", "alice")
    ours.space("bob", "bob", run=False)
    nodes = [ours.node("alice"), ours.node("bob", registered=False)]
    job = activate(ours.aws, "ours", True, SSHOwner="alice", SSHResourceArn="training-job/one")
    before = left_of(ours.aws, theirs.domain_id, theirs.vpc_id, "alice")

    reported = take_down(deployed)

    assert left_of(ours.aws, ours.domain_id, *nodes) == []
    assert homes_of(ours.domain_id) == []
    kept = left_of(ours.aws, theirs.domain_id, theirs.vpc_id, "alice")
    assert [item for item in before if item not in kept and ours.domain_id not in item] == []
    assert homes_of(theirs.domain_id) != []
    assert left_of(ours.aws, job) == [f"managed-instance {job}"]
    for deleted in ("app alice/JupyterLab", "space bob", "user profile alice", "domain"):
        assert any(line.startswith(f"deleted   {deleted}") for line in reported), reported


def test_down_warns_of_another_domain_that_uses_the_endpoints(
    ours: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    other = ours.make_domain("ours-a")
    line = f"! the interface endpoints also serve domain ours-a ({other}), in the same VPC"
    assert line in Teardown.of(existing_vpc, deployed).preview()
    assert line in Teardown.of(existing_vpc, deployed, keep_homes=True).preview()
    assert line not in Teardown.of(existing_vpc, deployed, only_users=True).preview()
    deployed.state["network"] = []
    assert line not in Teardown.of(existing_vpc, deployed).preview()


@pytest.mark.parametrize("left", [False, True])
def test_down_refuses_to_delete_a_vpc_that_another_deployment_uses(
    ours: Studio, deployed: Deployed, left: bool
) -> None:
    domain = ours.make_domain("ours-a", KmsKeyId=make_key(ours, "ours-a"))
    (home,) = homes_of(domain)
    if left:
        delete_domain(ours, domain, homes="Retain")
    used = f"home file system {home}" if left else rf"domain ours-a \({domain}\)"
    with pytest.raises(
        StepFailed, match=f"^{ours.vpc_id} is in use by {used}, .*of their deployments first"
    ):
        list(Teardown.of(settings(), deployed).preview())
    # The VPC stays with the homes.
    assert "Kept:" in list(Teardown.of(settings("Retain"), deployed).preview())


def test_only_nodes_are_left_of_a_deleted_domain(
    ours: Studio, deployed: Deployed, listed: list[str]
) -> None:
    node = ours.node("alice")
    delete_domain(ours, ours.domain_id, homes="Delete")
    take_down(deployed)
    assert left_of(ours.aws, node) == []
    assert not {"list_apps", "list_spaces", "list_user_profiles"} & set(listed)
