"""`studio resume`."""

from tests.scripts.conftest import CommandLine


def test_it_resumes_the_deployment_in_out(studio: CommandLine) -> None:
    resume = studio.replace("scripts.resume.resume")
    out = studio.folder / "other" / "cdktf.out"
    printed = studio.run("resume", "--out", str(out), "--allow", "aws_flow_log.flow_log")
    assert printed == (0, "", "Resuming 'studio' in account 1, us-east-1\n")
    (settings, deployment), given = resume.call_args
    assert (settings.name, deployment.out) == ("studio", out)
    assert given == {"allow": ["aws_flow_log.flow_log"]}
