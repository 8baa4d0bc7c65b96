"""A customer managed KMS key for volumes and home directories, and how long its deletion waits."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from catalog.permissions.iam import Account, Statement, document

DELETION_DAYS = 30
"""The waiting period of a deleted key: the maximum of KMS, as kept home directories need it."""


class DiskKey(Construct):
    """A symmetric key, rotated every year, with an alias.

    The key policy delegates access to IAM policies; SageMaker uses the key through grants of an
    execution role (kms:CreateGrant).
    kept: Terraform refuses to delete it; default no.

    Attributes: ``arn``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account: Account,
        alias: str,
        description: str,
        kept: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        key = KmsKey(
            self,
            "key",
            description=description,
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_DAYS,
            policy=document((decided_by_iam(account),)),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if kept else None,
        )
        KmsAlias(self, "alias", name=f"alias/{alias}", target_key_id=key.key_id)
        self.arn: str = key.arn


def decided_by_iam(account: Account) -> Statement:
    """The statement of a key's policy that lets IAM policies decide."""
    return Statement(
        sid="DecidedByIam",
        why="The default of KMS; a key whose policy names only roles is lost with them.",
        principal={"AWS": f"arn:{account.partition}:iam::{account.id}:root"},
        actions=("kms:*",),
        resources=("*",),
    )
