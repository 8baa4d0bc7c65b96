"""`studio connect`."""

import pytest

from catalog.editors import EDITORS
from tests.scripts.conftest import CommandLine


@pytest.fixture(autouse=True)
def home(studio: CommandLine) -> None:
    studio.monkeypatch.setenv("HOME", str(studio.folder))


@pytest.mark.parametrize(
    ("words", "editor"),
    [([], None), (["--code"], EDITORS["code"]), (["--open", "cursor"], EDITORS["cursor"])],
)
def test_its_result_is_the_name_of_the_host(
    studio: CommandLine, words: list[str], editor: object
) -> None:
    connect = studio.replace("studio.lifecycle.connect.connect")
    printed = studio.run("connect", "alice", "--way", "ssh-helper", *words)
    assert printed == (0, "studio-studio-alice\n", "")
    given = connect.call_args.kwargs
    assert (given["method"], given["editor"]) == ("ssh-helper", editor)
    assert (given["login"], given["dry_run"]) == ("sagemaker-user", False)


@pytest.mark.parametrize(
    ("words", "found", "result"),
    [
        ([], True, "removed studio-studio-alice\n"),
        (["--dry-run"], True, "would remove {}/.ssh/studio-studio/alice.config, "),
        (["--dry-run"], False, "there is no studio-studio-alice\n"),
    ],
)
def test_remove_says_what_it_removes(
    studio: CommandLine, words: list[str], found: bool, result: str
) -> None:
    disconnect = studio.replace("studio.lifecycle.connect.disconnect", found)
    code, out, err = studio.run("connect", "alice", "--remove", *words)
    assert (code, err) == (0, "")
    assert out.startswith(result.format(studio.folder))
    assert disconnect.call_args.kwargs == {"region": "us-east-1", "dry_run": bool(words)}


def test_remove_keeps_the_host_of_another_region(studio: CommandLine) -> None:
    entry = studio.folder / ".ssh" / "studio-studio" / "alice.config"
    entry.parent.mkdir(parents=True)
    entry.write_text("    ProxyCommand proxy --region us-east-1\n")
    for words in (["--dry-run"], []):
        asked = ("--deployment", "studio", "--region", "eu-west-1", "--remove", *words)
        code, _, err = studio.run("connect", "alice", *asked)
        assert code == 2
        assert "connects to a deployment in us-east-1, not eu-west-1" in err
    assert entry.exists()


@pytest.mark.parametrize("login", ["-oProxyCommand=id", "a\n  User b"])
def test_a_login_that_is_no_name_of_a_user_is_refused(studio: CommandLine, login: str) -> None:
    code, _, err = studio.run("connect", "alice", f"--login={login}")
    assert code == 2
    expected = "is not a login name: up to 32 of A-Z a-z 0-9 _ . -, the first a letter or _"
    assert expected in " ".join(err.split())
