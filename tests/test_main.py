"""``python main.py`` writes every stack of a settings file, or an error of one line."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from settings.paths import PROJECT
from tests.program import main, manifest, synthesize, written_files

TWO_USERS = "[users.alice]\n[users.bob]\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of an app in the process of the tests, with two users."""
    folder = tmp_path_factory.mktemp("written")
    synthesize(folder, TWO_USERS)
    return folder


def test_every_stack_has_its_dependencies(written: Path) -> None:
    stacks = manifest(written)["stacks"]
    assert {name: set(stack["dependencies"]) for name, stack in stacks.items()} == {
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


@dataclass(frozen=True, kw_only=True)
class Again:
    """A second output folder, of a process of main.py.

    python, node: the bindings that they loaded; processes: of Node; stderr: without Python's list
    of imports.
    """

    folder: Path
    python: set[str]
    node: set[str]
    processes: int
    stdout: str
    stderr: list[str]


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Again:
    folder = tmp_path_factory.mktemp("again")
    counting, count = folder / "in a folder.cjs", folder / "count"
    counting.write_text(_COUNTING)
    options = f'--no-deprecation --require "{counting}"'
    node = {"NODE_OPTIONS": options, "STUDIO_TEST_COUNT": str(count)}
    run = main(folder, TWO_USERS, "-X", "importtime", node=node)
    assert run.returncode == 0, run.stderr
    imported = re.findall(r"\| +cdktf_cdktf_provider_aws\.(\w+)$", run.stderr, re.MULTILINE)
    counted = count.read_text().splitlines()
    return Again(
        folder=folder,
        python=set(imported),
        node={Path(path).parent.name for path in counted},
        processes=counted.count("node"),
        stdout=run.stdout,
        stderr=[line for line in run.stderr.splitlines() if not line.startswith("import time:")],
    )


@pytest.mark.slow
def test_the_output_is_the_same_in_any_folder(written: Path, again: Again) -> None:
    """It has no absolute path, and does not change between runs."""
    first, second = written_files(written), written_files(again.folder)
    assert first == second
    assert not [name for name, text in first.items() if str(PROJECT) in text]


@pytest.mark.slow
def test_only_used_bindings_are_loaded(again: Again) -> None:
    """All 2,140 bindings take longer than the rest of a synthesis; see `make bench`."""
    assert {"vpc", "sagemaker_domain"} <= again.python
    assert {"vpc", "sagemaker-domain"} <= again.node
    assert max(len(again.python), len(again.node)) < 100


@pytest.mark.slow
def test_one_node_process_runs_and_can_print(again: Again) -> None:
    """jsii starts two. The first copies the messages between Python and the second."""
    assert again.processes == 1
    assert (again.stdout, again.stderr) == ("printed in Node\n", [])


@pytest.mark.slow
def test_the_error_for_wrong_settings_is_one_line(tmp_path: Path) -> None:
    run = main(tmp_path, 'region = "mars-1"')
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1
    assert "settings.toml: " in run.stderr
    assert not (tmp_path / "out").exists()
