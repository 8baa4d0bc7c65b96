"""Stand-ins for container engines."""

from pathlib import Path

ENDED, CONTINUES = "999999999-ab12", "999999998-ab12"
"""The runs of two emulators whose processes have ended; one continues after the fault `die`."""

# Its containers are files; with a file `refusing`, it fails after the removal.
STAND_IN = """cd "$(dirname "$0")"
case $1 in
    ps) ls containers ;;
    images) cat images ;;
    *) echo "$1 $3" >> removed
        [ ! -e "containers/$3" ] || rm "containers/$3"
        [ ! -e refusing ] ;;
esac"""


def program(folder: Path, name: str, script: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)
