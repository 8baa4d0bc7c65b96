"""Checks for SSH and remote editors."""

from __future__ import annotations

from settings import AppType
from studio.images.contract.container import Finished
from studio.images.contract.remote_access import remote_access
from studio.images.contract.run_checks import run_checks
from tests.studio.images.contract.containers import LocalContainer, OneContainer, request, said


def test_ssh_is_checked_only_if_people_connect() -> None:
    runtime = OneContainer(LocalContainer(sh=said("1000\n100\n")))
    without = run_checks(runtime, request(AppType.JUPYTER_LAB))
    assert "sshd" not in {result.name for result in without}
    with_ssh = run_checks(runtime, request(AppType.JUPYTER_LAB, ssh=True))
    missing = {result.name for result in with_ssh if result.passed is False}
    assert {"ssh-helper", "sshd", "seelog.xml", "aws", "unzip"} <= missing


def test_a_failed_command_leaves_the_results_open() -> None:
    for failed in (Finished(None, "", ""), Finished(125, "", "no such container")):
        results = list(remote_access(LocalContainer(sh=failed)))
        assert {result.passed for result in results} == {None}
        assert results[0].found == f"could not be checked: {failed.last_line}"
