"""Checks for SSH and remote editors."""

from settings import ConnectMethod
from studio.images.contract.container import Finished
from studio.images.contract.remote_access import remote_access
from tests.studio.images.contract.containers import LocalContainer, OneContainer, said

NATIVE_NEEDS = {"curl", "tar", "gzip", "unzip"}


def test_an_image_needs_what_the_methods_of_the_users_need() -> None:
    image = OneContainer(LocalContainer(sh=said("1000\n100\n")))
    assert "sshd" not in image.results()
    assert image.failures(ConnectMethod.NATIVE) - image.failures() == NATIVE_NEEDS
    sshd = image.results(ConnectMethod.NATIVE)["sshd"]
    assert 'which connect = "ssh-helper" needs' in sshd.found
    both = image.failures(*ConnectMethod)
    assert {"ssh-helper", "sshd", "seelog.xml", "aws"} | NATIVE_NEEDS <= both


def test_a_failed_command_leaves_the_results_open() -> None:
    for failed in (Finished(None, "", ""), Finished(125, "", "no such container")):
        results = list(remote_access(LocalContainer(sh=failed), [*ConnectMethod]))
        assert {result.passed for result in results} == {None}
        assert results[0].found == f"could not be checked: {failed.last_line}"
