"""`studio state`."""

from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from studio.terraform.state.locks import Lock
from tests.scripts.conftest import CommandLine


@pytest.fixture
def deployment(studio: CommandLine) -> MagicMock:
    text = '[state]\nbucket = "team-state"\n[users.alice]\n'
    (studio.folder / "studio.toml").write_text(text)
    studio.replace("studio.lifecycle.identity.check_state")
    found: MagicMock = studio.replace("scripts.state.Deployment").return_value
    return found


@pytest.mark.usefixtures("deployment")
def test_init_says_that_the_bucket_is_ready(studio: CommandLine) -> None:
    init = studio.replace("scripts.state.ensure_state_bucket")
    assert studio.run("state", "init") == (0, "team-state: ready for the state\n", "")
    assert init.call_args.args[0].state.bucket == "team-state"


@pytest.mark.parametrize(
    ("words", "to_bucket", "moved", "result"),
    [([], True, 2, "2 moved\n"), (["--to", "local"], False, 0, "nothing is left to move\n")],
)
def test_move_says_how_many_states_it_moved(
    studio: CommandLine,
    deployment: MagicMock,
    words: list[str],
    to_bucket: bool,
    moved: int,
    result: str,
) -> None:
    move = studio.replace("scripts.state.move_state", moved)
    printed = studio.run("state", "move", *words)
    assert (printed.code, printed.out) == (0, result)
    move.assert_called_once_with(deployment, to_bucket=to_bucket)


def test_move_without_a_bucket_is_one_line(studio: CommandLine) -> None:
    line = 'studio state: state.bucket = "": local state has no bucket; name it in the settings\n'
    assert studio.run("state", "move") == (2, "", line)


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [(["--yes"], "", 0), ([], "it is dead: role", 0), ([], "yes", 2)],
)
def test_unlock_removes_a_lock_once_its_run_is_said_to_be_dead(
    studio: CommandLine, deployment: MagicMock, words: list[str], typed: str, code: int
) -> None:
    lock = Lock(stack="role", info={"Who": "bob@desk"})
    deployment.store.locks.return_value = [lock]
    studio.replace("studio.console.prompts.answer", typed)
    unlock = studio.replace("scripts.state.unlock")
    printed = studio.run("state", "unlock", *words)
    assert (printed.code, printed.out) == (code, "" if code else "role: unlocked\n")
    assert printed.err.startswith("role: locked by bob@desk")
    assert unlock.call_args_list == ([] if code else [((deployment, lock),)])


def test_adopt_says_what_the_state_holds(studio: CommandLine, deployment: MagicMock) -> None:
    studio.replace("studio.terraform.state.stores.require_ready")
    adopt = studio.replace("scripts.state.adopt")
    deployment.stacks = [SimpleNamespace(name="network")]
    deployment.resources.return_value = {"network": ["vpc", "subnet"]}
    assert "Looking for " in studio.run("state", "adopt").err
    assert studio.run("state", "adopt", "--quiet") == (0, "The state holds 2 resources.\n", "")
    adopt.assert_called_with(deployment)
    deployment.resources.return_value = {}
    assert studio.run("state", "adopt").out.startswith("found nothing of 'studio' in this account")
