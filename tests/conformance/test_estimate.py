"""The estimate of a conformance run."""

from catalog.claims import CHECKED, CLAIMS
from tests.conformance.checked_deployment import UP
from tests.conformance.estimate import estimate


def test_the_whole_run_takes_less_than_an_hour_and_2_usd() -> None:
    whole = estimate(CLAIMS)
    assert 0 < whole.minutes < 60
    assert 0 < whole.usd < 2


def test_the_estimate_of_one_claim_counts_only_its_resources() -> None:
    assert estimate(["ec2-dry-run"]).resources == ("a VPC with two subnets",)
    assert estimate(["ec2-dry-run"]).usd == 0
    assert estimate(["unknown-node"]).resources == ()
    one, both = (
        estimate(ids).minutes
        for ids in (["domain-with-profiles"], ["domain-with-profiles", "profile-with-space"])
    )
    assert one < both < 2 * one


def test_the_time_of_the_deployment_is_parallel_to_the_other_checks() -> None:
    others, all_checks = (
        estimate(ids).minutes
        for ids in ([id_ for id_ in CHECKED if "deployment-" not in id_], CHECKED)
    )
    assert all_checks == max(others, estimate([UP]).minutes)
