"""A role that SageMaker assumes."""

import json
from typing import Any

from catalog.permissions import trust
from catalog.permissions.iam import Statement
from modules.execution_role import ExecutionRole
from tests.synthesis import ACCOUNT, Template, new_stack, only, references, synth

TRUST = trust.sagemaker(ACCOUNT, source_identity=False)
READ = Statement(sid="Read", why="to test", actions=("s3:GetObject",), resources=("*",))
EXTRA = "arn:aws:iam::123456789012:policy/extra"


def role(**arguments: Any) -> tuple[Template, ExecutionRole]:
    stack = new_stack()
    made = ExecutionRole(
        stack, "alice", name="lab-alice", description="Runs apps", trust=[TRUST], **arguments
    )
    return synth(stack), made


def test_a_role_has_its_trust_its_statements_and_its_policies() -> None:
    template, made = role(own=[READ], attached={"extra": EXTRA})
    ((name, found),) = references(template, "aws_iam_role", "name").items()
    (trusted,) = json.loads(found["assume_role_policy"])["Statement"]
    assert trusted["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    own = only(template, "aws_iam_role_policy")
    attached = only(template, "aws_iam_role_policy_attachment")
    assert own["role"] == attached["role"] == name
    assert [one["Sid"] for one in json.loads(own["policy"])["Statement"]] == ["Read"]
    assert attached["policy_arn"] == EXTRA
    assert len(made.policies) == 2


def test_terraform_deletes_a_role_with_policies_of_others() -> None:
    template, made = role()
    assert only(template, "aws_iam_role")["force_detach_policies"] is True
    assert template["resource"].keys() == {"aws_iam_role"}
    assert made.policies == []
