"""The command that installs `studio` and connects a user; which clone it can install from."""

import os
import re
import shlex
import subprocess
from pathlib import Path

from settings import Settings, UserError
from settings.paths import PROJECT
from studio.processes.children import captured

_SECONDS = 30
_CREDENTIALS = re.compile(r"(?<=^https://)[^/@]*@")
_SCP_LIKE = re.compile(r"(?P<host>[^/:]+@[^/:]+):(?P<path>[^/].*)")


def invitation(settings: Settings, user: str, *, source: str | None) -> str:
    """The command that installs `studio` and connects the user. Raises UserError.

    source: for uv; default, the origin of this clone.
    """
    settings.require_user(user)
    install = shlex.join(["uv", "tool", "install", source or origin(PROJECT)])
    where = ["--deployment", settings.name, "--region", settings.region]
    return f"{install} && {shlex.join(['studio', 'connect', user, *where])}"


def origin(project: Path) -> str:
    """The origin of a clone at its commit, as a source for uv. Raises UserError."""
    # The clone of a pipeline may have its token in the URL.
    url = _CREDENTIALS.sub("", _git(project, "remote", "get-url", "origin"))
    commit = _git(project, "rev-parse", "HEAD")
    if scp_like := _SCP_LIKE.fullmatch(url):
        url = f"ssh://{scp_like['host']}/{scp_like['path']}"
    if not re.match(r"(https|ssh)://", url):
        raise UserError(f"origin = {url}: an https:// or ssh:// URL is needed; name --from SOURCE")
    if not _is_pushed(project, commit):
        raise UserError(
            f"{commit}: origin does not have this commit; push it or name --from SOURCE"
        )
    return f"git+{url}@{commit}"


def _is_pushed(project: Path, commit: str) -> bool:
    """Whether origin has the commit: in a branch that was fetched, or in a tag that origin has."""
    containing = ("for-each-ref", "--contains", commit, "--format=%(objectname)")
    if _git(project, *containing, "refs/remotes/origin"):
        return True
    tags = set(_git(project, *containing, "refs/tags").split())
    # A checkout in CI has a tag, and perhaps no branch. By id: it may point to the tagged commit.
    return bool(tags) and not tags.isdisjoint(
        _git(project, "ls-remote", "--tags", "origin").split()
    )


def _git(project: Path, *words: str) -> str:
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    try:
        found = captured(["git", "-C", project, *words], seconds=_SECONDS, env=environment)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"git does not run ({error}); name --from SOURCE") from None
    if found.returncode:
        reason = " ".join(found.stderr.split()) or "no reason given"
        raise UserError(f"{project}: `git {words[0]}` failed: {reason}; name --from SOURCE")
    return found.stdout.strip()
