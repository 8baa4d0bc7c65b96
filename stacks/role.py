"""The roles of users and domain, their policies, and the key, which Terraform may not destroy."""

from collections.abc import Mapping
from dataclasses import dataclass

from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from constructs import Construct

from catalog.iam_quotas import POLICY_NAME_LENGTH
from catalog.permissions import role_policies, studio_permissions, trust
from catalog.permissions.iam import document
from catalog.permissions.role_policies import Policy
from modules.execution_role import NAME_LIMIT, ExecutionRole
from modules.key import DiskKey
from settings import Feature, Settings
from settings.existing import repository_arns
from stacks.base import StudioStack


@dataclass(frozen=True)
class RoleOutputs:
    """user_role_arns: by user profile. kms_key_arn: None means the AWS-managed keys."""

    domain_role_arn: str
    user_role_arns: Mapping[str, str]
    kms_key_arn: str | None


class RoleStack(StudioStack):
    """An execution role for each user, and one for the domain.

    The stack uses an existing role by its ARN alone, without reading it.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        super().__init__(scope, id_, settings=settings)
        self._account = self.account()
        key = self._key()
        existing = settings.domain.execution_role
        ours = [user for user in settings.users if not settings.execution_role(user)]
        policies = self._shared_policies(key, of_users=bool(ours), of_domain=not existing)
        # A group without users has policies, too; one of existing roles alone does not use them.
        unused = {user.group for user in settings.users.values()}
        unused -= {settings.users[user].group for user in ours}
        groups = {
            name: self._group_policies(name) for name in settings.groups if name not in unused
        }
        self.outputs = RoleOutputs(
            domain_role_arn=existing or self._domain_role(policies["studio"]),
            user_role_arns={
                user: settings.execution_role(user)
                or self._user_role(user, {**policies, **groups.get(of.group, {})})
                for user, of in settings.users.items()
            },
            kms_key_arn=key,
        )
        self.export(
            "domain_role_arn",
            self.outputs.domain_role_arn,
            "The role of user profiles without one of their own; it cannot open SSH.",
        )
        self.export(
            "user_role_arns",
            self.outputs.user_role_arns,
            "The execution role of each user profile.",
        )
        self.export(
            "client_policy_arns",
            {user: self._client_policy(user, key) for user in settings.users},
            "For each user, the policy to attach to that person's own IAM user or role.",
        )

    def _key(self) -> str | None:
        kms = self._settings.domain.kms
        if kms == "aws-managed":
            return None
        if kms != "create":
            return kms
        return DiskKey(
            self,
            "key",
            account=self._account,
            alias=self.context.name("disks"),
            description=f"Home directories and disks of the Studio {self._settings.name}",
            # Kept home directories need it.
            kept=self._settings.domain.retention == "Retain",
        ).arn

    def _shared_policies(
        self, key: str | None, *, of_users: bool, of_domain: bool
    ) -> dict[str, str]:
        policies = role_policies.shared(
            self._account,
            name=self._settings.name,
            features=self._settings.features,
            buckets=self._settings.role.buckets,
            repositories=repository_arns(self._settings),
            key=key,
        )
        return {
            name: self._policy(f"policy-{name}", "role", name, policy)
            for name, policy in policies.items()
            if of_users or (of_domain and name == "studio")
        }

    def _group_policies(self, name: str) -> dict[str, str]:
        """The ARNs of the policies for the users of a group, by a constant name."""
        group = self._settings.groups[name]
        named = {f"extra-{arn.split(':', 4)[4].replace('/', '-')}": arn for arn in group.policies}
        if not group.buckets:
            return named
        policy = Policy(
            description=f"The buckets that the people of {name} may read and write.",
            statements=studio_permissions.buckets(self._account, names=group.buckets),
        )
        return {
            "group-buckets": self._policy(f"group-{name}", "group", name, policy),
            **named,
        }

    def _client_policy(self, user: str, key: str | None) -> str:
        policy = Policy(
            description=f"Opens the Studio of {user} and connects to it from outside",
            statements=role_policies.client(
                self._account,
                name=self._settings.name,
                user=user,
                features=self._settings.features,
                key=key,
                port_forwarding=self._settings.role.port_forwarding,
                root_shell=self._settings.role.shell,
            ),
        )
        return self._policy(f"client-{user}", "client", user, policy)

    def _policy(self, id_: str, kind: str, name: str, policy: Policy) -> str:
        return IamPolicy(
            self,
            id_,
            name=self.context.name(kind, name, limit=POLICY_NAME_LENGTH),
            description=policy.description,
            policy=document(policy.statements),
        ).arn

    def _user_role(self, user: str, policies: Mapping[str, str]) -> str:
        settings = self._settings
        name = self.context.name("user", user, limit=NAME_LIMIT)
        trusts = [trust.sagemaker(self._account, source_identity=settings.domain.source_identity)]
        if Feature.CONNECT in settings.features:
            # For every user: `studio connect --way` can differ from the settings.
            trusts.append(trust.systems_manager(self._account))
        return ExecutionRole(
            self,
            f"user-{user}",
            name=name,
            description=f"Runs the Studio apps of {user}",
            trust=trusts,
            own=role_policies.own(
                self._account,
                name=settings.name,
                user=user,
                role=self._account.role_arn(name),
                features=settings.features,
            ),
            attached=policies,
            permissions_boundary=settings.role.permissions_boundary or None,
        ).arn

    def _domain_role(self, studio_policy: str) -> str:
        settings = self._settings
        return ExecutionRole(
            self,
            "domain",
            name=self.context.name("domain", limit=NAME_LIMIT),
            description="Runs the Studio apps of user profiles without a role of their own",
            trust=[trust.sagemaker(self._account, source_identity=settings.domain.source_identity)],
            attached={"studio": studio_policy},
            permissions_boundary=settings.role.permissions_boundary or None,
        ).arn
