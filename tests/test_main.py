"""``python main.py`` writes every stack of a settings file, or an error of one line."""

import re
import subprocess
from itertools import chain
from pathlib import Path

import pytest

from settings.paths import PROJECT
from studio.terraform.stacks import levels
from tests.program import main, synthesize, written_files

TWO_USERS = "[users.alice]\n[users.bob]\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of an app in the process of the tests, with two users."""
    folder = tmp_path_factory.mktemp("written")
    synthesize(folder, TWO_USERS)
    return folder


def test_every_stack_has_its_dependencies(written: Path) -> None:
    stacks = chain.from_iterable(levels(written / "out"))
    assert {stack.name: stack.dependencies for stack in stacks} == {
        "network": set(),
        "role": set(),
        "ecr": set(),
        "image": {"ecr"},
        "domain": {"network", "role", "image"},
        "users": {"network", "role", "image", "domain"},
    }


ABSENT = """
domain.execution_role = ""
defaults.execution_role = ""
users.alice.execution_role = ""
groups.vision.execution_role = ""
image.slim.uri = ""
network.vpc_id = ""
network.endpoints = "create"
"""


def test_empty_settings_change_nothing(tmp_path: Path) -> None:
    found = []
    for name, text in (("without", "[groups.vision]\n[users.alice]"), ("with", ABSENT)):
        folder = tmp_path / name
        folder.mkdir()
        found.append(synthesize(folder, text))
    assert found[0] == found[1]


_COUNTING = """
setImmediate(() => console.log("printed in Node"));
process.on("exit", () => {
  const loaded = Object.keys(require.cache).filter((path) => path.includes("provider-aws/lib/"));
  const lines = ["node", ...loaded, ""].join("\\n");
  require("node:fs").appendFileSync(process.env.STUDIO_TEST_COUNT, lines);
});
"""


Again = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Again:
    """A second output folder, and the process of main.py, in which Python lists its imports.

    The file ``count`` has a line for each process of Node and for each of its bindings.
    """
    folder = tmp_path_factory.mktemp("again")
    counting = folder / "in a folder.cjs"
    counting.write_text(_COUNTING)
    options = f'--no-deprecation --require "{counting}"'
    node = {"NODE_OPTIONS": options, "STUDIO_TEST_COUNT": str(folder / "count")}
    run = main(folder, TWO_USERS, "-X", "importtime", node=node)
    assert run.returncode == 0, run.stderr
    return folder, run


@pytest.mark.slow
def test_the_output_is_the_same_in_any_folder(written: Path, again: Again) -> None:
    """It has no absolute path, and does not change between runs."""
    first, second = written_files(written), written_files(again[0])
    assert first == second
    assert not [name for name, text in first.items() if str(PROJECT) in text]


@pytest.mark.slow
def test_only_used_bindings_are_loaded(again: Again) -> None:
    """All 2,140 bindings take longer than the rest of a synthesis; see `make bench`."""
    folder, run = again
    python = re.findall(r"\| +cdktf_cdktf_provider_aws\.(\w+)$", run.stderr, re.MULTILINE)
    node = {Path(path).parent.name for path in (folder / "count").read_text().splitlines()}
    assert {"vpc", "sagemaker_domain"} <= set(python)
    assert {"vpc", "sagemaker-domain"} <= node
    assert max(len(set(python)), len(node)) < 100


@pytest.mark.slow
def test_one_node_process_runs_and_can_print(again: Again) -> None:
    """jsii starts two. The first copies the messages between Python and the second."""
    folder, run = again
    assert (folder / "count").read_text().splitlines().count("node") == 1
    errors = [line for line in run.stderr.splitlines() if not line.startswith("import time:")]
    assert (run.stdout, errors) == ("printed in Node\n", [])


@pytest.mark.slow
def test_the_error_for_wrong_settings_is_one_line(tmp_path: Path) -> None:
    run = main(tmp_path, 'region = "mars-1"')
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1
    assert "settings.toml: " in run.stderr
    assert not (tmp_path / "out").exists()
