"""Where the project's own files are, wherever the program was started from."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
IMAGES = Path(os.environ.get("STUDIO_IMAGES") or PROJECT / "image").resolve()
"""Where the image folders are; a team that keeps them elsewhere names that place."""
STUDIO_TOML = PROJECT / "studio.toml"
