"""docs/pictures/deployment.svg: the output of ``studio diagram`` for the default settings."""

import tempfile
from pathlib import Path

from settings import load
from studio.review.settings_diagram import settings_svg
from studio.terraform.synthesis import synthesize

_SETTINGS = "[users.alice]\n[users.bob]\n"


def deployment() -> str:
    """The diagram of the defaults with the two users of studio.toml."""
    with tempfile.TemporaryDirectory() as folder:
        config, out = Path(folder, "studio.toml"), Path(folder, "cdktf.out")
        config.write_text(_SETTINGS, encoding="utf-8")
        synthesize(out, config=config)
        return settings_svg(load(config), out=out)
