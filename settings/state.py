"""[state]: bucket, prefix, region and KMS key of Terraform's state."""

from pydantic import Field

from settings.aws_names import BucketOrEmpty, KeyArnOrEmpty, RegionOrEmpty
from settings.fields import Section, text


class StateSettings(Section):
    """[state]: the location of Terraform's state."""

    bucket: BucketOrEmpty = Field(default="", description='"" or an S3 bucket name')
    key_prefix: str = text(
        "studio",
        r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
        "1 to 512 of a-z, A-Z, 0-9, _ . - and single '/', no '/' first or last",
        longest=512,
    )
    region: RegionOrEmpty = Field(default="", description='"" or a region that offers SageMaker')
    kms_key: KeyArnOrEmpty = ""
