"""SageMaker Distribution, the image that AWS publishes for spaces, in an account for each region.

Owners: SageMaker guide, "Code Editor application instances and images" (code-editor-use-instances),
confirmed by the SageMaker Python SDK's ``image_uri_config/sagemaker-distribution.json`` (2.257),
except for il-central-1, China and GovCloud; in us-east-2 the guide's number lacks its first digit.
AWS publishes no owner for the other regions.
"""

from collections.abc import Mapping
from types import MappingProxyType

from catalog.regions import PARTITIONS

OWNERS: Mapping[str, str] = MappingProxyType(
    {
        "af-south-1": "238384257742",
        "ap-east-1": "523751269255",
        "ap-northeast-1": "010972774902",
        "ap-northeast-2": "064688005998",
        "ap-northeast-3": "564864627153",
        "ap-south-1": "245090515133",
        "ap-southeast-1": "022667117163",
        "ap-southeast-2": "648430277019",
        "ap-southeast-3": "370607712162",
        "ca-central-1": "481561238223",
        "cn-north-1": "674439102856",
        "cn-northwest-1": "651871951035",
        "eu-central-1": "545423591354",
        "eu-north-1": "175620155138",
        "eu-south-1": "810671768855",
        "eu-west-1": "819792524951",
        "eu-west-2": "021081402939",
        "eu-west-3": "856416204555",
        "il-central-1": "080319125002",
        "me-central-1": "358593528301",
        "me-south-1": "523774347010",
        "sa-east-1": "567556641782",
        "us-east-1": "885854791233",
        "us-east-2": "137914896644",
        "us-gov-east-1": "300993876623",
        "us-gov-west-1": "300992924816",
        "us-west-1": "053634841547",
        "us-west-2": "542918446943",
    }
)

VERSION_ALIAS = "3.2.0"
"""The version of AWS's VS Code toolkit (aws-toolkit-vscode, shared/clients/sagemaker.ts), which the
SDK's table has in every region. SageMaker's remote access requires 2.7 or newer."""


def image_arn(region: str, instance_type: str) -> str:
    """The image for an app on this instance type.

    The guide requires the GPU image on GPU instances. Raises KeyError if the owner is unknown.
    """
    kind = "gpu" if instance_type.startswith(("ml.g", "ml.p")) else "cpu"
    owner, partition = OWNERS[region], PARTITIONS[region]
    return f"arn:{partition}:sagemaker:{region}:{owner}:image/sagemaker-distribution-{kind}"


def is_published(arn: str) -> bool:
    """Whether the ARN of an image is one of SageMaker Distribution's."""
    return "/sagemaker-distribution-" in arn
