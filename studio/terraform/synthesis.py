"""The synthesis of the stacks, which is repeated only where it would come out otherwise."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from settings import UserError, load
from settings.content import add, image_tag
from settings.loading import settings_files
from settings.paths import endpoints_file, images_folder, record_file, settings_file
from studio.errors import StepFailed
from studio.processes import children
from studio.terraform.runner import load_toolbox
from studio.toolchain import toolbox

_NOTE = "studio.synthesis.json"
_CODE = ("settings", "modules", "stacks")
_LOCKED = ("cdktf.json", "uv.lock", "package-lock.json")
_ENVIRONMENT = ("STUDIO_", "CDKTF_")
_NOT_CODE = frozenset({"node_modules", "__pycache__", "tests"})
_SECONDS = 300.0
_MANY_USERS = 100
"""With so many, the bindings' checks of each argument's type (without ``-O``) take longer than
compiling the bindings without them, which is done once: the bytecode is kept in the environment."""
NO_INPUTS: Mapping[str, str] = {}


def synthesize(
    out: Path,
    *,
    config: Path,
    inputs: Mapping[str, str] = NO_INPUTS,
    run: Callable[[Path], None] | None = None,
) -> None:
    """Run ``main.py``, which writes the stacks to ``out``, unless they are up to date there.

    That is: settings, record of versions, image folders, code, and locked packages are as they were
    at the last synthesis, and so is what it wrote. A synthesis takes seconds.

    config: the settings file, as those of the command say. ``inputs``: those of
    ``app_inputs`` that are other files than this command reads.

    Raises SettingsError for wrong settings, UserError where a folder cannot be read or written,
    StepFailed where main.py fails.
    """
    read = _sum(_read(_environment(config, inputs)))
    if _up_to_date(out, read):
        return
    (run or partial(run_app, config=config, inputs=inputs))(out)
    document = json.dumps({"read": read, "written": _sum(_written(out))})
    # One that cannot be written costs the next run a synthesis.
    with contextlib.suppress(OSError):
        (out / _NOTE).write_text(document, encoding="utf-8")


def copy_synthesis(
    source: Path,
    out: Path,
    *,
    config: Path,
    inputs: Mapping[str, str] = NO_INPUTS,
    run: Callable[[Path], None] | None = None,
) -> None:
    """Write the stacks to ``out``: those of ``source`` where they are up to date.

    ``inputs`` is that of ``synthesize``. Raises as ``synthesize`` does.
    """
    if not _up_to_date(source, _sum(_read(_environment(config, inputs)))):
        (run or partial(run_app, config=config, inputs=inputs))(out)
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
            [sys.executable, *optimized, toolbox.PROJECT / "main.py"],
            cwd=toolbox.PROJECT,
            env={**environment, "CDKTF_OUTDIR": str(out)},
            seconds=seconds,
        )
    except subprocess.TimeoutExpired:
        raise StepFailed(f"main.py did not end within {seconds:.0f} seconds") from None
    if finished.returncode:
        said = finished.stderr.strip().splitlines() or ["it printed nothing"]
        if finished.returncode == UserError.exit_code:
            raise UserError(said[-1])
        raise StepFailed(f"main.py failed: {said[-1]}; run `.venv/bin/python main.py` to see more")


def make_folder(out: Path) -> None:
    """Make the folder of the synthesized stacks.

    Raises UserError where it cannot be created or written, of which jsii says 60 lines.
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
    """The files that a command with this settings file reads, for main.py in its folder."""
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
        noted = json.loads((out / _NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return bool(noted == {"read": read, "written": _sum(_written(out))})


def _read(environment: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """All that a synthesis depends on, each with a name."""
    settings, images = settings_file(environment), images_folder(environment)
    for name, image in load(settings, images=images).images.items():
        yield f"image {name}", image_tag(images, name, image).encode()
    records = (record_file(settings, environment), endpoints_file(settings, environment))
    for path in (*settings_files(settings), *records):
        yield str(path), path.read_bytes() if path.exists() else b""
    for name, value in environment.items():
        if name.startswith(_ENVIRONMENT):
            yield name, os.fsencode(value)
    for path in _code(toolbox.PROJECT):
        yield str(path), path.read_bytes()


def _code(project: Path) -> Iterator[Path]:
    """What main.py consists of or may import: a team's own packages lie beside ours."""
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
        add(digest, os.fsencode(name), content)
    return digest.hexdigest()
