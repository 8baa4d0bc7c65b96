"""checkov reports no failure without a skip in the stacks of the default settings."""

import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.plan.policy import Finding, Scan, offline, python, scan

SKIPS = {
    # SageMaker attaches them to the network interfaces of apps, as the domain and the user profiles
    # say; checkov's list of what a security group can be attached to has neither of the two.
    ("CKV2_AWS_5", name)
    for name in ("studio_group_*", "studio_no_rules_*", "*_apps_group_*")
}
"""The rules of checkov that this project skips, and the resources, in templates and plans."""

RULES = {
    "synthesized": {
        "CKV2_AWS_11": "flow logs of the VPC",
        "CKV2_AWS_12": "the default security group lets nothing through",
        "CKV_AWS_23": "every security group rule says what it is for",
        "CKV_AWS_24": "no SSH from anywhere",
        "CKV_AWS_51": "image tags are immutable",
        "CKV_AWS_136": "images are encrypted with KMS",
        "CKV_AWS_163": "images are scanned on push",
        "CKV_AWS_187": "the domain is encrypted with KMS",
        "CKV_AWS_382": "no way out to anywhere",
    },
    # checkov reads the JSON of a policy only in a plan.
    "plan": {
        "CKV2_AWS_11": "flow logs of the VPC",
        "CKV_AWS_51": "image tags are immutable",
        "CKV_AWS_187": "the domain is encrypted with KMS",
        "CKV_AWS_286": "no privilege escalation",
        "CKV_AWS_287": "no exposed credentials",
        "CKV_AWS_288": "no data exfiltration",
        "CKV_AWS_289": "no permissions management without constraints",
        "CKV_AWS_290": "no writing without constraints",
        "CKV_AWS_355": 'no "*" as the resource of what can be restricted',
    },
}


@pytest.fixture(scope="module")
def scanned(documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Scan:
    return scan(documents, tmp_path_factory.mktemp("checkov") / "log")


def skips(finding: Finding) -> set[tuple[str, str]]:
    return {
        (check, name)
        for check, name in SKIPS
        if check == finding.check and fnmatchcase(finding.resource, name)
    }


def test_no_check_fails_without_a_skip(scanned: Scan) -> None:
    assert [finding for finding in scanned.failed if not skips(finding)] == []


def test_skips_are_few_and_none_is_stale(scanned: Scan) -> None:
    assert len(SKIPS) <= 5
    assert {skip for finding in scanned.failed for skip in skips(finding)} == SKIPS


def test_every_document_was_read(scanned: Scan, documents: Path) -> None:
    assert scanned.unreadable == ()
    written = {str(path.relative_to(documents)) for path in documents.rglob("*.json")}
    assert len(written) == 6 + 6
    assert {finding.file for finding in scanned.passed} == written


@pytest.mark.parametrize("form", RULES)
def test_checkov_applied_important_rules(scanned: Scan, form: str) -> None:
    applied = {finding.check for finding in scanned.passed if finding.form == form}
    assert RULES[form].keys() - applied == set()


def test_an_attempt_to_use_the_network_is_logged(tmp_path: Path) -> None:
    log = tmp_path / "log"
    reach = "import urllib.request; urllib.request.urlopen('http://192.0.2.1/')"
    finished = subprocess.run(
        [python(), "-c", reach], env=offline(log), capture_output=True, text=True, timeout=60
    )
    assert finished.returncode != 0
    assert "192.0.2.1" in log.read_text()
