"""A VPC for tests of EC2."""

from dataclasses import dataclass
from typing import Any

STS = "com.amazonaws.us-east-1.sts"
API = "com.amazonaws.us-east-1.sagemaker.api"


@dataclass(frozen=True)
class Ec2Network:
    """A VPC with subnets in three zones; the last zone does not offer all endpoint services."""

    ec2: Any
    vpc: str
    subnets: tuple[str, ...]
    group: str

    def endpoint(self, service: str = STS, **changes: Any) -> dict[str, Any]:
        wanted = {
            "VpcId": self.vpc,
            "VpcEndpointType": "Interface",
            "SubnetIds": [self.subnets[0]],
            "SecurityGroupIds": [self.group],
            "PrivateDnsEnabled": True,
        }
        made = self.ec2.create_vpc_endpoint(ServiceName=service, **(wanted | changes))
        return dict(made["VpcEndpoint"])

    def new_group(self, name: str, vpc: str = "") -> str:
        """The id of a new security group, by default of the VPC."""
        named = {"GroupName": name, "Description": name, "VpcId": vpc or self.vpc}
        return str(self.ec2.create_security_group(**named)["GroupId"])
