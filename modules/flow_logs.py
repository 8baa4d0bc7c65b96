"""Records of a VPC's traffic in CloudWatch Logs, their role, how long their key can be restored."""

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.flow_log import FlowLog
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from catalog.permissions.iam import Account, Statement, document
from modules.key import decided_by_iam

DELETION_DAYS = 7
"""The waiting period of a deleted key: the minimum of KMS, because its records are deleted too."""


class FlowLogs(Construct):
    """Flow logs of all accepted and rejected traffic of a VPC, by the minute.

    account: of the VPC.
    days: the retention, one of the periods of CloudWatch Logs.
    own_key: encrypt with a new KMS key (about a dollar a month); default, CloudWatch's encryption.
    permissions_boundary: ARN of a policy for the role that delivers the records; default none.

    Attributes: ``log_group_name``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account: Account,
        vpc_id: str,
        days: int,
        name: str,
        own_key: bool = False,
        permissions_boundary: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._account = account
        self._name = name
        self._tags = {"Name": name}
        self.log_group_name: str = f"/aws/vpc-flow-logs/{name}"
        group = CloudwatchLogGroup(
            self,
            "group",
            name=self.log_group_name,
            retention_in_days=days,
            kms_key_id=self._key() if own_key else None,
            tags=self._tags,
        )
        FlowLog(
            self,
            "flow_log",
            vpc_id=vpc_id,
            traffic_type="ALL",
            max_aggregation_interval=60,
            log_destination=group.arn,
            iam_role_arn=self._role(group.arn, permissions_boundary),
            tags=self._tags,
        )

    def _role(self, group_arn: str, boundary: str | None) -> str:
        trust = Statement(
            sid="FlowLogs",
            why="The service delivers the records of this account's flow logs only.",
            principal={"Service": "vpc-flow-logs.amazonaws.com"},
            actions=("sts:AssumeRole",),
            conditions={
                "StringEquals": {"aws:SourceAccount": self._account.id},
                "ArnLike": {"aws:SourceArn": self._account.arn("ec2", "vpc-flow-log/*")},
            },
        )
        deliver = Statement(
            sid="Deliver",
            why="Not CreateLogGroup: a late record would create a destroyed group again.",
            actions=(
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ),
            resources=(group_arn, f"{group_arn}:*"),
        )
        find = Statement(
            sid="FindGroup",
            why="CloudWatch Logs checks this call against all log groups, not against a named one.",
            actions=("logs:DescribeLogGroups",),
            resources=(self._account.arn("logs", "log-group:*"),),
        )
        role = IamRole(
            self,
            "role",
            name=self._name,
            description="Delivers VPC flow logs to CloudWatch Logs",
            permissions_boundary=boundary,
            assume_role_policy=document((trust,)),
            tags=self._tags,
        )
        IamRolePolicy(
            self, "policy", name="deliver", role=role.id, policy=document((deliver, find))
        )
        return role.arn

    def _key(self) -> str:
        suffix = DataAwsPartition(self, "partition").dns_suffix
        group_arn = self._account.arn("logs", f"log-group:{self.log_group_name}")
        encrypt = Statement(
            sid="CloudWatchLogs",
            why="CloudWatch Logs encrypts and decrypts this one group.",
            principal={"Service": f"logs.{self._account.region}.{suffix}"},
            actions=(
                "kms:Decrypt*",
                "kms:Describe*",
                "kms:Encrypt*",
                "kms:GenerateDataKey*",
                "kms:ReEncrypt*",
            ),
            resources=("*",),
            conditions={"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group_arn}},
        )
        key = KmsKey(
            self,
            "key",
            description=f"Encrypts the flow logs {self.log_group_name}",
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_DAYS,
            policy=document((decided_by_iam(self._account), encrypt)),
            tags=self._tags,
        )
        return key.arn
