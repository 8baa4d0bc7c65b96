"""How every command ends: its exit code, and one line for what a person can put right."""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""
INTERRUPTED_MESSAGE = "interrupted; run it again to continue"
PIPE_CLOSED = 141
"""Exit code where the reader of the output (`studio doctor | head -1`) stopped reading."""


def run(program: str, command: Callable[[], int]) -> int:
    """The exit code of ``command``; what it raises becomes one line, behind ``program``'s name.

    A UserError brings its exit code along. Errors of the operating system (a file that cannot be
    written, a full disk) are 1. Anything else is a bug and keeps its traceback.
    """
    _open_streams()
    try:
        code = command()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _failed(f"{program}: {INTERRUPTED_MESSAGE}", INTERRUPTED)
    except BrokenPipeError:
        # Python flushes standard output once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except OSError as error:
        return _failed(f"{program}: {_described(error)}", 1)
    except Exception as error:
        # pydantic takes a quarter of a second to import, for which `--help` need not wait.
        from settings import UserError

        if not isinstance(error, UserError):
            raise
        return _failed(f"{program}: {error}", error.exit_code)
    return code


def _open_streams() -> None:
    """Open what the caller closed (`>&-`): Python has None there, a file could take its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - for good


def _described(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{os.fsdecode(error.filename)}: {reason}" if error.filename is not None else reason


def _failed(line: str, code: int) -> int:
    # Standard error itself may be what cannot be written.
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr)
    return code
