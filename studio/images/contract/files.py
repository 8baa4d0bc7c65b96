"""Checks the architecture, size, user and home folder of an image."""

import re
from collections.abc import Iterator, Sequence

from studio.images.contract.container import Container, ImageInfo
from studio.images.contract.requirements import App
from studio.images.contract.result import CheckResult
from studio.images.engine_commands import PLATFORM

_MIB = 1 << 20
_LAYER_MIB = 52_000
"""The largest layer in ECR (service quota "Maximum layer size"), in MiB compressed.

Studio publishes no limit of its own.
"""
# Below the home folder: programs, kernels and packages, but not the files that a package manager or
# a tool's first run leaves (.cache, .npm, .jupyter/migrated, .conda/environments.txt).
_NEEDED = re.compile(
    r"\.local/(bin|lib|share/jupyter/(kernels|labextensions|lab)|etc/jupyter)/"
    r"|\.(jupyter|ipython)/.*[^/]\.(py|json)$"
    r"|\.conda/(envs|pkgs)/"
    r"|(.*/)?(site-packages|conda-meta|bin)/"
)
_LEFT_BEHIND = re.compile(r"(\.cache|\.npm|\.config|\.conda/pkgs/cache|\.local/state)/")
_MOST_HIDDEN = 2000
# Prints the image's user and group, then the files that the volume hides. Executable files, and
# links, which programs often are, begin with x.
_LIST = f"""
id -u; id -g
find "$1" -xdev \\( -type l -o -type f -perm -0100 \\) 2>/dev/null \
    | head -{_MOST_HIDDEN} | while read -r f; do echo "x$f"; done
find "$1" -xdev -type f ! -perm -0100 2>/dev/null \
    | head -{_MOST_HIDDEN} | while read -r f; do echo "-$f"; done
"""


def architecture(info: ImageInfo) -> CheckResult:
    found = f"{info.system}/{info.architecture}"
    return CheckResult(
        "architecture",
        found == PLATFORM,
        found,
        "InternalFailure: the container's program cannot be executed (exec format error)",
        f"build with --platform {PLATFORM}, from a base that has it",
    )


def size(info: ImageInfo) -> CheckResult:
    """Checks the unpacked image: no compressed layer is larger."""
    unpacked = info.size / _MIB
    return CheckResult(
        "size",
        unpacked <= _LAYER_MIB,
        f"{unpacked:,.0f} MiB unpacked, less when pushed (ECR takes {_LAYER_MIB:,} MiB a layer)",
        "nothing: ECR refuses the push, or the app times out while the image is pulled",
        "leave out what the notebooks do not need, clean caches in the step that fills them",
    )


def look(
    container: Container, app: App, info: ImageInfo, started: Sequence[str] = ()
) -> Iterator[CheckResult]:
    """Check the user and the home folder, in a container without volumes.

    started: the command that Studio starts.
    """
    seen = container.execute(["sh", "-c", _LIST, "look", app.mount])
    lines = seen.output.splitlines()
    if seen.code is None or len(lines) < 2:
        yield _user(app, info.user or "0:0")
        yield CheckResult("home", None, f"cannot list files with sh, id and find: {seen.last_line}")
        return
    yield _user(app, ":".join(lines[:2]))
    yield _home(app, lines[2:], started)


def _user(app: App, found: str) -> CheckResult:
    return CheckResult(
        "user",
        found == app.user,
        f"the image runs as {found}, Studio runs it as {app.user}",
        "InternalFailure, or a home folder in which nothing can be saved",
        f"end the Dockerfile with USER {app.user}",
    )


def is_needed(path: str, *, executable: bool, mount: str, started: Sequence[str] = ()) -> bool:
    """Whether the image needs a file below `mount`, which a volume hides."""
    below = path.removeprefix(f"{mount}/")
    # A shell, and a program in the home folder, may also use these paths.
    places = rf"({re.escape(mount)}/|(~|\$HOME|\$\{{HOME\}})/|(\./)?)"
    named = rf"(?<![^\s'\"=;&|(]){places}{re.escape(below)}(?![^\s'\";&|)])"
    if any(re.search(named, word) for word in started):
        return True
    if _LEFT_BEHIND.match(below):
        return False
    return executable or _NEEDED.match(below) is not None


def _home(app: App, files: list[str], started: Sequence[str]) -> CheckResult:
    needed = [
        line[1:]
        for line in files
        if is_needed(line[1:], executable=line.startswith("x"), mount=app.mount, started=started)
    ]
    if not needed:
        return CheckResult("home", True, f"nothing that is needed is under {app.mount}")
    return CheckResult(
        "home",
        False,
        f"the volume at {app.mount} hides {len(needed)} files that may be needed, "
        f"such as {needed[0]}",
        "an app that fails with InternalFailure, or kernels and programs that are not there",
        "install outside of the home folder (pip --user and HOME lead there), e.g. under /opt",
    )
