"""All resources of a run are deleted."""

from studio_emulator.server import Emulator
from tests.conformance.account import TAG, Account, distribution_spec
from tests.conformance.cleanup import delete_everything
from tests.conformance.conftest import start_app


def test_a_run_deletes_its_resources(
    aws_of_file: Emulator, account: Account, domain: str, space: str, role: str
) -> None:
    start_app(account, domain, space, **distribution_spec(account.region))
    sagemaker, name = account.client("sagemaker"), account.name("other")
    sagemaker.create_image(ImageName=name, RoleArn=role)
    sagemaker.create_app_image_config(AppImageConfigName=name)
    account.client("s3").create_bucket(Bucket=name)
    account.client("kms").create_key(Tags=[{"TagKey": TAG, "TagValue": account.run_id}])
    delete_everything(account)
    assert aws_of_file.inventory() == []
