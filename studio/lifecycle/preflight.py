"""Refuses a run if an existing resource has a problem; reports a look-up that AWS denies."""

from collections.abc import Iterator

from settings import Settings, SettingsError
from studio.aws.client import Aws
from studio.aws.existing_network import read_network
from studio.console import output
from studio.console.reports import Report
from studio.doctor.existing_checks import OTHER_EXAMINATIONS, examinations
from studio.doctor.existing_network import internet_routes
from studio.doctor.finding import Finding, LookupDenied


def require_existing(settings: Settings, aws: Aws, report: Report) -> tuple[str, ...]:
    """Check the existing resources; returns the routes out of the VPC that the settings allow.

    Prints each problem with its fix; reports advice, and each check that AWS denies. Raises
    SettingsError if there is a problem, AwsError.
    """
    findings, routes = 0, list[str]()
    network = read_network(aws, settings) if settings.network.exists else None
    if network is not None:
        routes = internet_routes(network)
        for name, (examine, _) in examinations(network).items():
            findings += _report(name, examine(settings, network), report)
    for name, (examine_other, *_) in OTHER_EXAMINATIONS.items():
        findings += _report(name, examine_other(settings, aws), report)
    if findings:
        count = f"{findings} problem{'s' if findings > 1 else ''}"
        raise SettingsError(f"{count} with what the settings name (see above); nothing was changed")
    return tuple(routes)


def require_and_report_existing(settings: Settings, aws: Aws, report: Report) -> None:
    """``require_existing``, with a line for each route out of the VPC."""
    for route in require_existing(settings, aws, report):
        report(f"Not private: {route} (network.allow_internet = true)")


def _report(name: str, findings: Iterator[Finding], report: Report) -> int:
    """The number of findings that are more than advice."""
    count = 0
    try:
        for finding in findings:
            count += not finding.advice
            show = report if finding.advice else output.problem
            show(f"{name}: {finding.found}; {finding.fix}")
    except LookupDenied as denied:
        report(f"{name}: {denied}")
    return count
