"""`studio invite`."""

from tests.scripts.conftest import CommandLine


def test_the_line_is_the_result_and_the_rest_a_remark(studio: CommandLine) -> None:
    code, out, err = studio.run("invite", "alice", "--from", "studio==1.0")
    line = "studio connect alice --deployment studio --region us-east-1"
    assert (code, out) == (0, f"uv tool install studio==1.0 && {line}\n")
    assert err.startswith("alice needs uv ")


def test_without_from_it_installs_from_the_origin_of_the_clone(studio: CommandLine) -> None:
    studio.replace("studio.lifecycle.invite.origin", "git+ssh://host/team/studio@1")
    assert studio.run("invite", "alice").out.startswith("uv tool install git+ssh://host/team")
