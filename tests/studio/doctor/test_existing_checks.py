"""The examinations of existing resources as checks of `studio doctor`."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from settings import Settings
from studio.aws.existing_network import ExistingNetwork
from studio.doctor import existing_checks
from studio.doctor.context import Context
from studio.doctor.existing_checks import CHECKS, EXAMINATIONS
from studio.doctor.finding import Finding, LookupDenied, ask
from studio.doctor.model import Check, Outcome, Result, run_checks
from studio_emulator.server import Emulator
from tests.studio.account import client
from tests.studio.deployed import Deployed
from tests.studio.doctor.networks import GOOD, VPC, settings
from tests.studio.doctor.setup import names
from tests.studio.network_team import TeamVpc


def examined(network: ExistingNetwork, *checks: Check) -> dict[str, Result]:
    context = Context(settings=settings())
    vars(context)["existing_network"] = network
    return {result.name: result for result in run_checks(checks or CHECKS, context)}


def test_without_existing_resources_no_check_is_needed() -> None:
    for result in run_checks(CHECKS, Context(settings=Settings())):
        assert (result.outcome, result.found[:10]) == (Outcome.PASSED, "not needed")


def test_a_vpc_that_does_not_exist_is_one_failure() -> None:
    results = examined(replace(GOOD, owner=None))
    assert names(results, Outcome.FAILED) == {"network-vpc"}
    unknown = names(results, Outcome.NOT_CHECKED)
    assert unknown == EXAMINATIONS.keys() - {"network-vpc"}
    assert {results[name].found for name in unknown} == {
        f"{VPC} does not exist, see the check `network-vpc`"
    }


def check(*found: Finding | LookupDenied) -> Check:
    """A check whose examination has these findings."""

    def examine(_: Settings, __: ExistingNetwork) -> Iterator[Finding]:
        for one in found:
            if isinstance(one, LookupDenied):
                raise one
            yield one

    run = partial(existing_checks._check_network, examine)
    return existing_checks._check(name="network", why="It is needed.", run=run)


def test_a_check_has_each_finding_also_advice_and_each_fix_once() -> None:
    findings = [ask("the network team", found, "open it") for found in ("a", "b", "a")]
    findings[1] = replace(findings[1], advice=True)
    result = examined(GOOD, check(*findings))["network"]
    fix = "ask the network team to open it"
    assert (result.outcome, result.found, result.fix) == (Outcome.FAILED, "a; b", fix)


def test_a_check_whose_lookup_is_denied_is_not_made() -> None:
    result = examined(GOOD, check(LookupDenied("the VPC cannot be looked up")))["network"]
    assert (result.outcome, result.found) == (Outcome.NOT_CHECKED, "the VPC cannot be looked up")


def test_doctor_reports_what_to_ask_for(team_vpc: TeamVpc, tmp_path: Path) -> None:
    team_vpc.ec2.modify_vpc_endpoint(
        VpcEndpointId=team_vpc.endpoints["sts"], PrivateDnsEnabled=False
    )
    context = Context(settings=team_vpc.settings(), deployment=Deployed(out=tmp_path))
    results = {result.name: result for result in run_checks(CHECKS, context)}
    failed = [name for name, result in results.items() if result.outcome is Outcome.FAILED]
    assert failed == ["network-endpoints"]
    assert results["network-endpoints"].fix.startswith("ask the network team for aws ec2 modify-")
    assert results["network-dns"].found == f"{team_vpc.vpc_id} has no problem"


def test_doctor_finds_the_existing_endpoints_for_create_missing(
    entered: Emulator, tmp_path: Path
) -> None:
    team = TeamVpc.create(client(entered, "ec2"), existing=["ssm", "sts"])
    wanted = team.settings("create-missing")
    missing = Context(settings=wanted, deployment=Deployed(out=tmp_path))
    checks = [check for check in CHECKS if check.name.startswith("network-")]
    assert {result.outcome for result in run_checks(checks, missing)} == {Outcome.PASSED}
    assert set(missing.settings_with_endpoints.network.found_endpoints) == {"ssm", "sts"}
