"""Checks for SSH and remote editors."""

from settings import AppType, ConnectMethod
from studio.images.contract.container import Finished
from studio.images.contract.remote_access import remote_access
from studio.images.contract.result import CheckResult
from studio.images.contract.run_checks import run_checks
from tests.studio.images.contract.containers import LocalContainer, OneContainer, request, said

NATIVE_NEEDS = {"curl", "tar", "gzip", "unzip"}


def test_an_image_needs_what_the_methods_of_the_users_need() -> None:
    runtime = OneContainer(LocalContainer(sh=said("1000\n100\n")))

    def results(*methods: ConnectMethod) -> dict[str, CheckResult]:
        found = run_checks(runtime, request(AppType.JUPYTER_LAB, *methods))
        return {result.name: result for result in found}

    def missing(*methods: ConnectMethod) -> set[str]:
        return {name for name, result in results(*methods).items() if result.passed is False}

    base = missing()
    assert "sshd" not in results()
    assert missing(ConnectMethod.NATIVE) - base == NATIVE_NEEDS
    assert 'which connect = "ssh-helper" needs' in results(ConnectMethod.NATIVE)["sshd"].found
    assert {"ssh-helper", "sshd", "seelog.xml", "aws"} | NATIVE_NEEDS <= missing(*ConnectMethod)


def test_a_failed_command_leaves_the_results_open() -> None:
    for failed in (Finished(None, "", ""), Finished(125, "", "no such container")):
        results = list(remote_access(LocalContainer(sh=failed), [*ConnectMethod]))
        assert {result.passed for result in results} == {None}
        assert results[0].found == f"could not be checked: {failed.last_line}"
