"""`studio invite`."""

import pytest

from tests.scripts.conftest import CommandLine
from tests.studio.states import state_of


def test_the_line_is_the_result_and_the_rest_a_remark(studio: CommandLine) -> None:
    code, out, err = studio.run("invite", "alice", "--from", "studio==1.0")
    line = "studio connect alice --deployment studio --region us-east-1"
    assert (code, out) == (0, f"uv tool install studio==1.0 && {line}\n")
    assert err.startswith("alice needs uv ")


def test_without_from_it_installs_from_the_origin_of_the_clone(studio: CommandLine) -> None:
    studio.replace("studio.lifecycle.invite.origin", "git+ssh://host/team/studio@1")
    assert studio.run("invite", "alice").out.startswith("uv tool install git+ssh://host/team")


def test_the_user_is_checked_before_the_origin(studio: CommandLine) -> None:
    origin = studio.replace("studio.lifecycle.invite.origin")
    code, _, err = studio.run("invite", "Bob")
    assert (code, "USER = Bob: a user of " in err) == (2, True)
    origin.assert_not_called()


def test_a_deployment_in_another_region_is_refused(studio: CommandLine) -> None:
    studio.out.parent.mkdir()
    subnet = {"arn": "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-1"}
    (studio.out.parent / "terraform.network.tfstate").write_text(state_of("aws_subnet", subnet))
    code, out, err = studio.run("invite", "alice", "--from", "here")
    assert (code, out) == (2, "")
    assert 'region = "us-east-1", but the state in ' in err


@pytest.mark.parametrize("source", ["", " ", "git+https://x y/z"])
def test_a_source_that_uv_cannot_install_is_refused(studio: CommandLine, source: str) -> None:
    code, _, err = studio.run("invite", "alice", "--from", source)
    assert code == 2
    assert f"--from: {source!r}: a package, " in err
