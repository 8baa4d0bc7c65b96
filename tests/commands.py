"""Runs commands to their end, and writes programs."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from studio.processes import children


def output_of(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    code: int = 0,
    seconds: float = 600,
) -> str:
    """The output and the errors of a command; asserts its exit code."""
    done = children.captured(command, cwd=cwd, env=env, seconds=seconds)
    printed = done.stdout + done.stderr
    assert done.returncode == code, f"{' '.join(map(str, command))}: {printed}"
    return printed


def write_program(path: Path, text: str) -> Path:
    """Write an executable file, and create its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path
