"""Synthesizes the stacks if their inputs have changed."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from settings import UserError, load
from settings.image_tag import add_fields, image_tag
from settings.loading import settings_files
from settings.paths import PROJECT, endpoints_file, images_folder, record_file, settings_file
from studio.errors import StepFailed
from studio.processes import children
from studio.terraform.runner import load_toolbox
from studio.toolchain import toolbox

_RECORD = "studio.synthesis.json"
_CODE = ("settings", "modules", "stacks")
_LOCKED = ("cdktf.json", "uv.lock", "package-lock.json")
_ENVIRONMENT = ("STUDIO_", "CDKTF_")
_NOT_CODE = frozenset({"node_modules", "__pycache__", "tests"})
_SECONDS = 300.0
_MANY_USERS = 100
"""From here on, the bindings' type checks take longer than compiling the bindings without them
(``-O``), whose bytecode stays in the environment."""
NO_INPUTS: Mapping[str, str] = {}


def synthesize(out: Path, *, config: Path, inputs: Mapping[str, str] = NO_INPUTS) -> None:
    """Run ``main.py``, which writes the stacks to ``out``, unless they are up to date.

    They are if settings, record of versions, image folders, code, locked packages and the stacks
    themselves are unchanged since the last synthesis.

    config: the settings file. inputs: replace those of ``app_inputs``.

    Raises SettingsError, UserError if a folder cannot be read or written, StepFailed if main.py
    fails.
    """
    read = _sum(_read(_environment(config, inputs)))
    if _up_to_date(out, read):
        return
    run_app(out, config=config, inputs=inputs)
    document = json.dumps({"read": read, "written": _sum(_written(out))})
    # Without the record, the next run synthesizes again.
    with contextlib.suppress(OSError):
        (out / _RECORD).write_text(document, encoding="utf-8")


def copy_synthesis(
    source: Path, out: Path, *, config: Path, inputs: Mapping[str, str] = NO_INPUTS
) -> None:
    """Copy the stacks of ``source`` to ``out`` if they are up to date, else synthesize them.

    Parameters and errors are those of ``synthesize``.
    """
    if not _up_to_date(source, _sum(_read(_environment(config, inputs)))):
        run_app(out, config=config, inputs=inputs)
        return
    for path in _outputs(source):
        copy = out / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)


def run_app(out: Path, *, config: Path, inputs: Mapping[str, str] = NO_INPUTS) -> None:
    """Run ``main.py``, as ``cdktf synth`` does. Raises UserError, StepFailed."""
    make_folder(out)
    given = _environment(config, inputs)
    users = load(settings_file(given), images=images_folder(given)).users
    seconds = _SECONDS + len(users)
    optimized = ["-O"] if len(users) >= _MANY_USERS else []
    environment = {**toolbox.environment(load_toolbox()), **app_inputs(config), **inputs}
    if optimized:
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        finished = children.captured(
            [sys.executable, *optimized, PROJECT / "main.py"],
            cwd=PROJECT,
            env={**environment, "CDKTF_OUTDIR": str(out)},
            seconds=seconds,
        )
    except subprocess.TimeoutExpired:
        raise StepFailed(f"main.py did not end within {seconds:.0f} seconds") from None
    if finished.returncode:
        errors = finished.stderr.strip().splitlines() or ["no output"]
        if finished.returncode == UserError.exit_code:
            raise UserError(errors[-1])
        raise StepFailed(
            f"main.py failed: {errors[-1]}; run `.venv/bin/python main.py` to see more"
        )


def make_folder(out: Path) -> None:
    """Create the folder of the synthesized stacks.

    Raises UserError if it cannot be created or written; jsii would print 60 lines.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{out}: the folder cannot be created: {error.strerror}; name another one"
        ) from error
    try:
        tempfile.TemporaryFile(dir=out).close()
    except OSError as error:
        raise UserError(
            f"{out} cannot be written: {error.strerror}; name another folder"
        ) from error


def app_inputs(config: Path) -> dict[str, str]:
    """The environment variables that name the files of this settings file to main.py."""
    return {
        "STUDIO_CONFIG": str(config),
        "STUDIO_VERSIONS": str(record_file(config)),
        "STUDIO_ENDPOINTS": str(endpoints_file(config)),
        "STUDIO_IMAGES": str(images_folder()),
    }


def _environment(config: Path, inputs: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **app_inputs(config), **inputs}


def _up_to_date(out: Path, read: str) -> bool:
    try:
        recorded = json.loads((out / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return bool(recorded == {"read": read, "written": _sum(_written(out))})


def _read(environment: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """The inputs of a synthesis, each with a name."""
    settings, images = settings_file(environment), images_folder(environment)
    for name, image in load(settings, images=images).images.items():
        yield f"image {name}", image_tag(images, name, image).encode()
    records = (record_file(settings, environment), endpoints_file(settings, environment))
    for path in (*settings_files(settings), *records):
        yield str(path), path.read_bytes() if path.exists() else b""
    for name, value in environment.items():
        if name.startswith(_ENVIRONMENT):
            yield name, os.fsencode(value)
    for path in _code(PROJECT):
        yield str(path), path.read_bytes()


def _code(project: Path) -> Iterator[Path]:
    """main.py and the modules that it may import, also those of a team's own packages."""
    yield from filter(Path.is_file, map(project.joinpath, _LOCKED))
    yield from project.glob("*.py")
    for folder in project.iterdir():
        if folder.is_dir() and not folder.name.startswith(".") and folder.name not in _NOT_CODE:
            pattern = "*" if folder.name in _CODE else "*.py"
            for path in folder.rglob(pattern):
                if path.is_file() and _NOT_CODE.isdisjoint(path.relative_to(folder).parts):
                    yield path


def _written(out: Path) -> Iterator[tuple[str, bytes]]:
    for path in _outputs(out):
        yield str(path), path.read_bytes() if path.is_file() else b""


def _outputs(out: Path) -> list[Path]:
    return [out / "manifest.json", *out.glob("stacks/*/cdk.tf.json")]


def _sum(named: Iterator[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(named):
        add_fields(digest, os.fsencode(name), content)
    return digest.hexdigest()
