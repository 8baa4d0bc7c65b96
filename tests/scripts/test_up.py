"""`studio up`."""

import pytest

from settings import UserError
from tests.scripts.conftest import CommandLine


def test_its_flags_reach_the_deployment(studio: CommandLine) -> None:
    deploy = studio.replace("scripts.up.deploy")
    words = ("--yes", "--engine", "podman", "--allow", "aws_vpc.vpc", "--allow", "aws_kms_key.ecr")
    printed = studio.run("up", *words)
    assert printed == (0, "", "Deploying 'studio' to account 1, us-east-1\n")
    (settings,), given = deploy.call_args
    assert list(settings.users) == ["alice"]
    assert given["out"] == studio.out
    assert given["engine"] == "podman"
    assert given["allow"] == ["aws_vpc.vpc", "aws_kms_key.ecr"]
    given["confirm"]()


def test_without_yes_it_asks(studio: CommandLine) -> None:
    deploy = studio.replace("scripts.up.deploy")
    studio.replace("studio.console.prompts.answer", "no")
    assert studio.run("up").code == 0
    with pytest.raises(UserError):
        deploy.call_args.kwargs["confirm"]()
