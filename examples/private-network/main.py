"""A team's own CDKTF app: a network without internet, with endpoints for SageMaker jobs."""

import modules  # noqa: F401 - before cdktf: it loads the AWS bindings lazily

# isort: split
from cdktf import App, LocalBackend, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.provider import AwsProvider
from constructs import Construct

from catalog.names import Feature
from catalog.permissions.iam import Account
from modules.endpoints import PrivateEndpoints, S3Gateway
from modules.security_groups import EndpointsSecurityGroup
from modules.vpc import IsolatedVpc

REGION = "eu-central-1"
RANGE = "10.40.0.0/16"
SUBNETS = ("10.40.0.0/20", "10.40.16.0/20", "10.40.32.0/20")


class TrainingNetwork(TerraformStack):
    """The network in which this team's training jobs run."""

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        LocalBackend(self)
        AwsProvider(self, "aws", region=REGION)
        caller = DataAwsCallerIdentity(self, "caller")
        account = Account(partition="aws", region=REGION, id=caller.account_id)
        vpc = IsolatedVpc(self, "vpc", cidr=RANGE, subnet_cidrs=SUBNETS, name="training")
        S3Gateway(
            self,
            "s3",
            vpc_id=vpc.id,
            route_table_ids=[subnet.route_table_id for subnet in vpc.subnets],
            account=account,
            name="training",
        )
        group = EndpointsSecurityGroup(
            self, "group", vpc_id=vpc.id, vpc_cidrs=[RANGE], name="training-endpoints"
        )
        PrivateEndpoints(
            self,
            "endpoints",
            features=[Feature.JOBS],
            vpc_id=vpc.id,
            subnets=vpc.subnets,
            security_group_id=group.id,
            account=account,
            name="training",
        )
        TerraformOutput(self, "subnets", value=[subnet.id for subnet in vpc.subnets])


app = App()
TrainingNetwork(app, "training-network")
app.synth()
