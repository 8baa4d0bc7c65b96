"""An IAM role with its trust policy, managed policies and inline policy."""

from collections.abc import Iterable, Mapping

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from catalog.permissions.iam import Statement, document

NAME_LIMIT = 64
"""The longest role name of IAM, in characters."""


class ExecutionRole(Construct):
    """A role that services assume.

    name: at most 64 characters. own: the statements of its inline policy; default none.
    attached: the ARNs of managed policies by a constant name; default none.
    permissions_boundary: the ARN of a managed policy; default none.

    Attributes: ``arn``; ``policies``, to depend on for a service that uses the role at once.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        description: str,
        trust: Iterable[Statement],
        own: Iterable[Statement] = (),
        attached: Mapping[str, str] | None = None,
        permissions_boundary: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        role = IamRole(
            self,
            "role",
            name=name,
            description=description,
            assume_role_policy=document(trust),
            permissions_boundary=permissions_boundary,
            # Otherwise, a policy attached outside Terraform blocks the destroy.
            force_detach_policies=True,
        )
        # Each read of the attribute is a request to Node.
        role_name = role.name
        self.policies: list[ITerraformDependable] = [
            IamRolePolicyAttachment(self, policy, role=role_name, policy_arn=policy_arn)
            for policy, policy_arn in (attached or {}).items()
        ]
        if statements := tuple(own):
            self.policies.append(
                IamRolePolicy(self, "own", name="own", role=role_name, policy=document(statements))
            )
        self.arn: str = role.arn
