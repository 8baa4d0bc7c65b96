"""A customer's own KMS key for the disks of Studio."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from modules.iam import Account, Statement, document

DELETION_DAYS = 30
"""How long a deleted key can still be saved, in days: the most that KMS allows, because without
the key nobody can read a home file system that was kept."""


class DiskKey(Construct):
    """A symmetric key, rotated every year, with an alias.

    The key's policy hands all decisions to IAM, so that the roles' policies say who uses it;
    SageMaker uses it through grants that an execution role may give (kms:CreateGrant).
    kept: Terraform refuses to delete it; default, deleted like everything else.

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
            policy=document((_decided_by_iam(account),)),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if kept else None,
        )
        KmsAlias(self, "alias", name=f"alias/{alias}", target_key_id=key.key_id)
        self.arn: str = key.arn


def _decided_by_iam(account: Account) -> Statement:
    return Statement(
        sid="DecidedByIam",
        why="The default of KMS; a key whose policy names only roles is lost with them.",
        principal={"AWS": f"arn:{account.partition}:iam::{account.id}:root"},
        actions=("kms:*",),
        resources=("*",),
    )
