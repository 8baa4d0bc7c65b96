"""The picture of the default settings, as ``studio diagram`` draws it."""

import tempfile
from pathlib import Path

from settings import load
from studio.review.described import settings_svg
from studio.terraform.synthesis import synthesize

_SETTINGS = "[users.alice]\n[users.bob]\n"


def deployment() -> str:
    """All defaults, and the two users of studio.toml."""
    with tempfile.TemporaryDirectory() as folder:
        config, out = Path(folder, "studio.toml"), Path(folder, "cdktf.out")
        config.write_text(_SETTINGS, encoding="utf-8")
        synthesize(out, config=config)
        return settings_svg(load(config), out=out)
