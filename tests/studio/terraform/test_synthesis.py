"""The inputs of a synthesis, and its errors."""

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from settings import SettingsError, UserError
from settings.paths import settings_file
from studio.errors import StepFailed
from studio.terraform import synthesis
from studio.terraform.synthesis import copy_synthesis, make_folder, run_app, synthesize

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
    "studio.versions.toml": "# some\n",
    "tests/test_network.py": "",
    "README.md": "",
    ".venv/lib/module.py": "",
}
WRITTEN = {"manifest.json": "{}", "stacks/a/cdk.tf.json": "{}", "stacks/a/other": ""}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tests" / "project"
    write(folder, FILES)
    monkeypatch.setattr(synthesis, "PROJECT", folder)
    monkeypatch.setenv("STUDIO_IMAGES", str(folder / "image"))
    monkeypatch.setenv("STUDIO_CONFIG", str(folder / "studio.toml"))
    return folder


@pytest.fixture
def again(project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Synthesizes; returns whether main.py has run."""

    def run() -> bool:
        done = []

        def write_stacks(out: Path, **_: object) -> None:
            done.append(out)
            write(out, WRITTEN)

        monkeypatch.setattr(synthesis, "run_app", write_stacks)
        synthesize(project / "cdktf.out", config=settings_file())
        return bool(done)

    return run


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def changes() -> Iterator[tuple[str, str | None, bool]]:
    unread = {"tests/test_network.py", "README.md", ".venv/lib/module.py"}
    for name, content in FILES.items():
        yield name, f"{content}\n# changed\n", name not in unread
    yield "modules/new.py", "", True
    yield "cdktf.out/manifest.json", "{ }", True
    yield "cdktf.out/stacks/a/cdk.tf.json", "", True
    yield "cdktf.out/stacks/a/cdk.tf.json", None, True
    yield "studio.versions.toml", None, True
    yield "cdktf.out/stacks/b/cdk.tf.json", "{}", True
    yield "cdktf.out/stacks/a/other", "changed", False
    yield "cdktf.out/studio.synthesis.json", "[" * 100_000, True


@pytest.mark.parametrize(
    ("name", "content", "anew"),
    list(changes()),
    ids=[f"{name}: {new!r:.9}" for name, new, _ in changes()],
)
def test_a_changed_input_is_synthesized_again(
    name: str, content: str | None, anew: bool, project: Path, again: Callable[[], bool]
) -> None:
    again()
    if content is None:
        (project / name).unlink()
    else:
        write(project, {name: content})
    assert [again(), again()] == [anew, False]


@pytest.mark.parametrize(
    ("variable", "anew"), [("STUDIO_EAGER_BINDINGS", True), ("AWS_SESSION_TOKEN", False)]
)
def test_a_changed_variable_is_synthesized_again(
    variable: str, anew: bool, monkeypatch: pytest.MonkeyPatch, again: Callable[[], bool]
) -> None:
    again()
    monkeypatch.setenv(variable, "1")
    assert again() is anew


def test_copy_synthesis_copies_stacks_that_are_up_to_date(
    project: Path, tmp_path: Path, again: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    again()
    source, out = project / "cdktf.out", tmp_path / "copy"
    fail = MagicMock(side_effect=StepFailed("synthesized again"))
    monkeypatch.setattr(synthesis, "run_app", fail)
    copy_synthesis(source, out, config=settings_file())
    assert (out / "manifest.json").read_text() == "{}"
    assert [path.name for path in (out / "stacks" / "a").iterdir()] == ["cdk.tf.json"]
    other = project / "other.toml"
    other.write_text('vpc_id = "vpc-01234567"\n[endpoints]\n')
    with pytest.raises(StepFailed, match="synthesized again"):
        copy_synthesis(source, out, config=settings_file(), inputs={"STUDIO_ENDPOINTS": str(other)})
    write(project, {"studio.toml": "image.slim.enabled = false\n[users.alice]\n"})
    with pytest.raises(StepFailed, match="synthesized again"):
        copy_synthesis(source, out, config=settings_file())


def test_a_failed_synthesis_is_repeated(
    project: Path, again: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    again()
    write(project, {"main.py": "1"})
    monkeypatch.setattr(synthesis, "run_app", MagicMock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        synthesize(project / "cdktf.out", config=settings_file())
    assert again()


def test_wrong_settings_are_refused(project: Path, again: Callable[[], bool]) -> None:
    again()
    write(project, {"studio.toml": "zones = 2\n"})
    with pytest.raises(SettingsError, match="zones"):
        again()


def test_main_py_gets_the_absolute_path_of_the_settings(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "main.py").write_text("import os, sys; sys.exit(os.environ['STUDIO_CONFIG'])")
    (tmp_path / "other.toml").write_text("image.slim.enabled = false\n[users.alice]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDIO_CONFIG", "other.toml")
    with pytest.raises(StepFailed, match=f"main.py failed: {tmp_path}/other.toml;"):
        run_app(tmp_path / "new" / "cdktf.out", config=settings_file())


@pytest.mark.parametrize(
    ("program", "error", "message"),
    [
        ("import sys; sys.exit('no such node')", StepFailed, "^main.py failed: no such node;"),
        ("import sys; print('one line', file=sys.stderr); sys.exit(2)", UserError, "^one line$"),
    ],
)
def test_an_error_of_main_py_is_one_line(
    project: Path, tmp_path: Path, program: str, error: type[UserError], message: str
) -> None:
    (project / "main.py").write_text(program)
    with pytest.raises(error, match=message):
        run_app(tmp_path / "cdktf.out", config=settings_file())


@pytest.mark.parametrize(("users", "checks"), [(2, True), (100, False)])
def test_many_users_are_synthesized_without_type_checks(
    users: int, checks: bool, project: Path, tmp_path: Path
) -> None:
    write(project, {"studio.toml": "".join(f"[users.user-{n}]\n" for n in range(users))})
    (project / "main.py").write_text("import sys; sys.exit(f'checks: {__debug__}')")
    with pytest.raises(StepFailed, match=f"checks: {checks};"):
        run_app(tmp_path, config=settings_file())


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("/proc", "/proc cannot be written: .*; name another folder"),
        ("/dev/null", "/dev/null: the folder cannot be created: File exists; name another one"),
    ],
)
def test_make_folder_refuses_a_folder_that_cannot_be_written(out: str, message: str) -> None:
    with pytest.raises(UserError, match=f"^{message}$"):
        make_folder(Path(out))
