"""`studio apply`."""

from pathlib import Path
from types import SimpleNamespace

from tests.scripts.conftest import CommandLine


def test_the_plans_of_the_folder_are_deployed(studio: CommandLine) -> None:
    plans = SimpleNamespace(allow=("aws_vpc.vpc",))
    load = studio.replace("scripts.apply.load_plans", plans)
    deploy = studio.replace("scripts.apply.deploy")
    out = studio.folder / "synthesized"
    printed = studio.run("apply", "plans", "--engine", "docker", "--stacks", str(out))
    assert printed == (0, "", "Applying plans: 'studio' to account 1, us-east-1\n")
    load.assert_called_once_with(Path("plans"))
    given = deploy.call_args.kwargs
    assert given == {"out": out, "engine": "docker", "allow": plans.allow, "reviewed": plans}
