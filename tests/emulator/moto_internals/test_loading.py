"""Moto loads its data on first use."""

import pytest

from studio_emulator.moto_internals import get_backend
from studio_emulator.moto_internals.loading import own_images
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT


@pytest.mark.usefixtures("aws")
def test_aws_images_and_snapshots_load_on_access(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "true")
    for region, attribute in (("us-east-1", "snapshots"), ("eu-west-1", "amis")):
        backend = get_backend("ec2")[ACCOUNT][region]
        for _ in range(2):
            assert own_images(backend) == ({}, {})
            assert getattr(backend, attribute)


def test_asymmetric_keys_sign(aws: Emulator) -> None:
    kms = aws.client("kms")
    key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["KeyId"]
    asked = {"KeyId": key, "Message": b"text", "SigningAlgorithm": "ECDSA_SHA_256"}
    signature = kms.sign(**asked)["Signature"]
    assert kms.verify(**asked, Signature=signature)["SignatureValid"]
    assert kms.get_public_key(KeyId=key)["PublicKey"] == kms.get_public_key(KeyId=key)["PublicKey"]


def test_instance_types_and_offerings_load_on_access(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    (medium,) = ec2.describe_instance_types(InstanceTypes=["t3.medium"])["InstanceTypes"]
    assert medium["MemoryInfo"]["SizeInMiB"] == 4096
    for location, kind in (("us-east-1", "region"), ("use1-az1", "availability-zone-id")):
        offered = ec2.describe_instance_type_offerings(
            LocationType=kind,
            Filters=[
                {"Name": "instance-type", "Values": ["t3.medium"]},
                {"Name": "location", "Values": [location]},
            ],
        )["InstanceTypeOfferings"]
        assert offered == [
            {"InstanceType": "t3.medium", "LocationType": kind, "Location": location}
        ]
    elsewhere = aws.client("ec2", region="eu-west-1").describe_instance_type_offerings()
    assert {each["Location"] for each in elsewhere["InstanceTypeOfferings"]} == {"eu-west-1"}
