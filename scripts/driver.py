"""How every command ends: an exit code, and one line for an error that the user can fix."""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

INTERRUPTED = 130
"""Exit code after Ctrl-C, as in shells."""
INTERRUPTED_MESSAGE = "interrupted; run it again to continue"
PIPE_CLOSED = 141
"""Exit code where the reader of the output (`studio doctor | head -1`) stopped reading."""


def run(program: str, command: Callable[[], int]) -> int:
    """The exit code of ``command``; prints its error in one line, behind ``program``'s name.

    A UserError has its own exit code. Errors of the operating system, such as a full disk, are 1.
    Any other error is a bug and keeps its traceback.
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
        # settings takes a quarter of a second to import, which `--help` avoids.
        from settings import UserError

        if not isinstance(error, UserError):
            raise
        return _failed(f"{program}: {error}", error.exit_code)
    return code


def _open_streams() -> None:
    """Open streams that the caller closed (`>&-`), or a file would get their descriptors."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - for good


def _described(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{os.fsdecode(error.filename)}: {reason}" if error.filename is not None else reason


def _failed(line: str, code: int) -> int:
    # The stream that cannot be written may be standard error.
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr)
    return code
