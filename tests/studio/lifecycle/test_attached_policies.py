"""Which attachments prevent that `up` and `down` delete a policy."""

import json
from collections.abc import Callable
from functools import partial

import pytest

from studio.aws.client import Aws
from studio.errors import StepFailed
from studio.lifecycle.removed_users import require_deletable
from studio.terraform.plan import Action, Change, Plan
from studio.terraform.stacks import CONFIGURATION
from tests.emulator.samples import make_role
from tests.studio.account import REGION, Studio, client, make_policy
from tests.studio.deployed import Deployed
from tests.studio.deployed_studio import deny
from tests.studio.review.plans import change, plan

Check = Callable[[list[Plan]], None]


@pytest.fixture
def check(deployed: Deployed) -> Check:
    return partial(require_deletable, Aws(REGION), deployed)


@pytest.fixture
def policy(ours: Studio, deployed: Deployed) -> str:  # noqa: ARG001
    """The ARN of a policy of the role ``ours-user-alice``."""
    arn = make_policy(ours, "ours-p")
    make_role(ours.aws, "ours-user-alice")
    client(ours.aws, "iam").attach_role_policy(RoleName="ours-user-alice", PolicyArn=arn)
    return arn


def of_policy(arn: str, action: Action) -> Change:
    return change("aws_iam_policy", action=action, arn=arn)


@pytest.mark.parametrize("action", [Action.REPLACE, Action.DESTROY])
def test_a_policy_that_somebody_has_is_neither_deleted_nor_replaced(
    ours: Studio, policy: str, check: Check, action: Action
) -> None:
    check([plan(of_policy(policy, Action.UPDATE), change("aws_iam_policy", action=action))])
    with pytest.raises(StepFailed) as refused:
        check([plan(of_policy(policy, action))])
    said = str(refused.value)
    assert said.startswith("policy ours-p of role ours-user-alice: IAM deletes no policy that is")
    command = f"detach-role-policy --role-name ours-user-alice --policy-arn {policy}"
    assert said.endswith(f"nothing was changed. Detach it: `aws iam {command}`")
    client(ours.aws, "iam").detach_role_policy(RoleName="ours-user-alice", PolicyArn=policy)
    check([plan(of_policy(policy, action))])


def test_an_attachment_that_the_plans_delete_is_no_obstacle(
    ours: Studio, policy: str, check: Check
) -> None:
    of_role = {"role": "ours-user-alice", "policy_arn": policy}
    attachment = change("aws_iam_role_policy_attachment", action=Action.DESTROY, **of_role)
    deleted = [plan(attachment), plan(of_policy(policy, Action.DESTROY))]
    check(deleted)
    iam = client(ours.aws, "iam")
    iam.put_role_permissions_boundary(RoleName="ours-user-alice", PermissionsBoundary=policy)
    with pytest.raises(StepFailed, match=r"^permissions boundary ours-p of role ours-user"):
        check(deleted)


def test_an_attachment_that_an_interrupted_run_created_is_no_obstacle(
    policy: str, check: Check, deployed: Deployed
) -> None:
    role = {"aws_iam_role": {"user": {"name": "ours-user-alice"}}}
    (deployed.out / CONFIGURATION).write_text(json.dumps({"resource": role}))
    deleted = [plan(of_policy(policy, Action.DESTROY))]
    with pytest.raises(StepFailed):
        check(deleted)
    deployed.begun = {"role"}
    check(deleted)


def test_without_the_permission_to_list_attachments_terraform_reports_them(
    policy: str, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(monkeypatch, "iam", "ListEntitiesForPolicy")
    check([plan(of_policy(policy, Action.DESTROY))])
