"""When the stacks are synthesized again, and when they are not."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from settings import SettingsError, UserError
from settings.paths import settings_file
from studio.errors import StepFailed
from studio.terraform.synthesis import copy_synthesis, make_folder, run_app, synthesize
from studio.toolchain import toolbox

FILES = {
    "main.py": "",
    "cdktf.json": "{}",
    "uv.lock": "",
    "package-lock.json": "{}",
    "settings/model.py": "",
    "modules/start-scripts/helper.sh": "",
    "stacks/network.py": "",
    "company/network.py": "",
    "image/slim/Dockerfile": "FROM scratch",
    "studio.toml": "image.slim.enabled = true\n[users.alice]\n",
    "studio.versions.toml": "",
    "tests/test_network.py": "",
    "README.md": "",
    ".venv/lib/module.py": "",
}
WRITTEN = {"manifest.json": "{}", "stacks/a/cdk.tf.json": "{}", "stacks/a/other": ""}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tests" / "project"
    write(folder, FILES)
    monkeypatch.setattr(toolbox, "PROJECT", folder)
    monkeypatch.setenv("STUDIO_IMAGES", str(folder / "image"))
    monkeypatch.setenv("STUDIO_CONFIG", str(folder / "studio.toml"))
    return folder


@pytest.fixture
def again(project: Path) -> Callable[[], bool]:
    """Synthesizes; whether that was done anew."""
    out = project / "cdktf.out"

    def run() -> bool:
        done = []

        def write_stacks(out: Path) -> None:
            done.append(out)
            write(out, WRITTEN)

        synthesize(out, config=settings_file(), run=write_stacks)
        return bool(done)

    return run


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def test_nothing_changed(again: Callable[[], bool]) -> None:
    assert [again(), again(), again()] == [True, False, False]


def changes() -> Iterator[tuple[str, str, bool]]:
    unread = {"tests/test_network.py", "README.md", ".venv/lib/module.py"}
    for name, content in FILES.items():
        yield name, f"{content}\n# changed\n", name not in unread
    yield "modules/new.py", "", True
    yield "cdktf.out/manifest.json", "{ }", True
    yield "cdktf.out/stacks/a/cdk.tf.json", "", True
    yield "cdktf.out/stacks/b/cdk.tf.json", "{}", True
    yield "cdktf.out/stacks/a/other", "changed", False
    yield "cdktf.out/studio.synthesis.json", "[" * 100_000, True


@pytest.mark.parametrize(
    ("name", "content", "anew"), list(changes()), ids=[name for name, _, _ in changes()]
)
def test_a_file_changed(
    name: str, content: str, anew: bool, project: Path, again: Callable[[], bool]
) -> None:
    again()
    write(project, {name: content})
    assert again() is anew


@pytest.mark.parametrize("name", ["cdktf.out/stacks/a/cdk.tf.json", "studio.versions.toml"])
def test_a_file_is_gone(name: str, project: Path, again: Callable[[], bool]) -> None:
    write(project, {"studio.versions.toml": "# some\n"})
    again()
    (project / name).unlink()
    assert [again(), again()] == [True, False]


@pytest.mark.parametrize(
    ("variable", "anew"), [("STUDIO_EAGER_BINDINGS", True), ("AWS_SESSION_TOKEN", False)]
)
def test_the_environment_changed(
    variable: str, anew: bool, monkeypatch: pytest.MonkeyPatch, again: Callable[[], bool]
) -> None:
    again()
    monkeypatch.setenv(variable, "1")
    assert again() is anew


def test_stacks_that_are_up_to_date_are_copied(
    project: Path, tmp_path: Path, again: Callable[[], bool]
) -> None:
    again()
    source, out = project / "cdktf.out", tmp_path / "copy"

    def fail(_: Path) -> None:
        raise StepFailed("synthesized again")

    copy_synthesis(source, out, config=settings_file(), run=fail)
    assert (out / "manifest.json").read_text() == "{}"
    assert [path.name for path in (out / "stacks" / "a").iterdir()] == ["cdk.tf.json"]
    other = project / "other.toml"
    other.write_text('vpc_id = "vpc-01234567"\n[endpoints]\n')
    with pytest.raises(StepFailed, match="synthesized again"):
        copy_synthesis(
            source, out, config=settings_file(), inputs={"STUDIO_ENDPOINTS": str(other)}, run=fail
        )
    write(project, {"studio.toml": "image.slim.enabled = false\n[users.alice]\n"})
    with pytest.raises(StepFailed, match="synthesized again"):
        copy_synthesis(source, out, config=settings_file(), run=fail)


def test_a_synthesis_that_failed_is_repeated(project: Path, again: Callable[[], bool]) -> None:
    again()
    write(project, {"main.py": "1"})

    def fail(_: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesize(project / "cdktf.out", config=settings_file(), run=fail)
    assert again()


def test_wrong_settings_are_one_line(project: Path, again: Callable[[], bool]) -> None:
    again()
    write(project, {"studio.toml": "zones = 2\n"})
    with pytest.raises(SettingsError, match="zones"):
        again()


def test_main_py_reads_the_settings_that_the_command_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative STUDIO_CONFIG is of the folder in which the command was started."""
    (tmp_path / "other.toml").write_text(
        'name = "other"\nimage.slim.enabled = false\n[users.alice]\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDIO_CONFIG", "other.toml")
    run_app(tmp_path / "cdktf.out", config=settings_file())
    network = (tmp_path / "cdktf.out/stacks/network/cdk.tf.json").read_text()
    assert '"StudioDeployment": "other"' in network


@pytest.mark.parametrize(
    ("program", "error", "words"),
    [
        ("import sys; sys.exit('no such node')", StepFailed, "^main.py failed: no such node;"),
        ("import sys; print('one line', file=sys.stderr); sys.exit(2)", UserError, "^one line$"),
    ],
)
def test_an_app_that_fails_is_one_line(
    project: Path, tmp_path: Path, program: str, error: type[UserError], words: str
) -> None:
    (project / "main.py").write_text(program)
    with pytest.raises(error, match=words):
        run_app(tmp_path / "cdktf.out", config=settings_file())


@pytest.mark.parametrize(("users", "checks"), [(2, True), (100, False)])
def test_many_users_are_synthesized_without_the_checks_of_types(
    users: int, checks: bool, project: Path, tmp_path: Path
) -> None:
    write(project, {"studio.toml": "".join(f"[users.user-{n}]\n" for n in range(users))})
    (project / "main.py").write_text("import sys; sys.exit(f'checks: {__debug__}')")
    with pytest.raises(StepFailed, match=f"checks: {checks};"):
        run_app(tmp_path / "cdktf.out", config=settings_file())


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("/proc", "/proc cannot be written: .*; name another folder"),
        ("/dev/null", "/dev/null: the folder cannot be created: File exists; name another one"),
    ],
)
def test_a_folder_that_cannot_be_written_is_one_line(out: str, said: str) -> None:
    with pytest.raises(UserError, match=f"^{said}$"):
        make_folder(Path(out))


def test_a_folder_is_made_with_those_above_it_and_nothing_in_it(tmp_path: Path) -> None:
    make_folder(tmp_path / "new" / "cdktf.out")
    make_folder(tmp_path / "new" / "cdktf.out")
    assert list(tmp_path.rglob("*")) == [tmp_path / "new", tmp_path / "new" / "cdktf.out"]
