"""The existing bucket of Terraform's state."""

from settings import Settings
from studio.aws.client import Aws
from studio.doctor.existing_state import state
from studio.doctor.finding import Finding
from studio_emulator.server import Emulator
from tests.studio.account import ACCOUNT, REGION, client
from tests.studio.doctor.setup import only


def examine_bucket(**more: str) -> list[Finding]:
    wanted = {"state": {"bucket": "team-state", **more}, "users": {"alice": {}}}
    return list(state(Settings.model_validate(wanted), Aws(REGION)))


def test_missing_protections_of_the_bucket_are_advice(entered: Emulator) -> None:
    s3 = client(entered, "s3")
    s3.create_bucket(Bucket="team-state")
    finding = only(examine_bucket())
    assert finding.advice
    assert finding.found == "team-state is not versioned, not TLS only"
    s3.put_bucket_versioning(Bucket="team-state", VersioningConfiguration={"Status": "Enabled"})
    assert "versioned" not in only(examine_bucket()).found


def test_the_bucket_must_exist_in_its_region(entered: Emulator) -> None:
    finding = only(examine_bucket())
    assert finding.found == f"team-state does not exist in account {ACCOUNT}"
    # In backquotes, so that it names the settings of the command.
    assert finding.fix == "`studio state init`"
    client(entered, "s3").create_bucket(
        Bucket="team-state", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    finding = only(examine_bucket())
    assert (finding.found, finding.advice) == ("team-state is in eu-west-1", False)
    assert finding.fix == 'set state.region = "eu-west-1"'
